import { type EtcdServer, startEtcd, startProxy } from "@canal/testbed"
import { afterAll, beforeAll, test } from "vitest"
import { coordinatorContract } from "../../testing/coordinator-contract.ts"
import { etcd } from "./etcd.ts"

let server: EtcdServer
let spaces = 0

beforeAll(async () => {
  server = await startEtcd()
})

afterAll(() => server[Symbol.asyncDispose]())

coordinatorContract(test, async () => {
  spaces += 1
  const options = { prefix: `/space-${spaces}`, sessionTimeout: 2000 }
  const proxy = await startProxy({ to: server })
  return {
    connect: ({ through } = {}) => {
      const to = through === "link" ? proxy : server
      return etcd({ ...options, endpoints: `${to.host}:${to.port}` }).connect()
    },
    link: proxy,
    async failOver() {
      await server.kill9()
      await server.restart()
    },
    [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose](),
  }
})
