import type { CoordinationBackend } from "@canal/coordination"
import { etcd } from "@canal/coordination/etcd"
import { redis } from "@canal/coordination/redis"
import { zookeeper } from "@canal/coordination/zookeeper"
import { startEtcd, startRedis, startZookeeper } from "@canal/testbed"
import { afterAll, beforeAll, describe, test } from "vitest"
import { cursorStoresContract } from "./testing/cursor-stores-contract.ts"

/** Milliseconds; no test waits for it. */
const sessionTimeout = 10_000

/** A real backend, and a space of its own in it for each test. */
interface Started {
  readonly server: AsyncDisposable
  readonly space: (name: string) => CoordinationBackend
}

const backends: Readonly<Record<string, () => Promise<Started>>> = {
  async ZooKeeper() {
    const server = await startZookeeper()
    return {
      server,
      space: (name) => zookeeper({ servers: `${server.connectString}/${name}`, sessionTimeout }),
    }
  },
  async etcd() {
    const server = await startEtcd()
    return {
      server,
      space: (name) => etcd({ endpoints: server.endpoint, prefix: `/${name}`, sessionTimeout }),
    }
  },
  async Redis() {
    const server = await startRedis()
    return { server, space: (name) => redis({ url: server.url, prefix: `${name}:`, sessionTimeout }) }
  },
}

describe.each(Object.entries(backends))("cursors in %s", (_name, start) => {
  let started: Started
  let spaces = 0
  beforeAll(async () => {
    started = await start()
  })
  afterAll(() => started.server[Symbol.asyncDispose]())

  cursorStoresContract(test, async () => {
    spaces += 1
    const space = started.space(`space-${spaces}`)
    return { connect: () => space.connect(), [Symbol.asyncDispose]: async () => undefined }
  })
})
