import { type RedisSentinel, startRedisSentinel } from "@canal/testbed"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { CoordinationBackend } from "../../coordinator.ts"
import { coordinatorContract } from "../../testing/index.ts"
import type { RedisOptions } from "./redis-options.ts"
import { redis } from "./redis.ts"

let servers: RedisSentinel
let spaces = 0
beforeAll(async () => {
  servers = await startRedisSentinel()
})
afterAll(() => servers[Symbol.asyncDispose]())

function space(options: Partial<RedisOptions>): CoordinationBackend {
  const { sentinels: addresses, masterName } = servers
  spaces += 1
  return redis({
    url: "redis://",
    sentinel: { addresses, masterName },
    prefix: `space-${spaces}:`,
    ...options,
  })
}

describe("the contract", () => {
  coordinatorContract(
    test,
    async () => {
      const backend = space({ sessionTimeout: 2000 })
      return {
        connect: () => backend.connect(),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }
    },
    {
      exceptions: {
        link: "the sentinels name the servers' own addresses, past any link; a single Redis shows it",
        failOver:
          "a replica follows behind and may lack what was answered; see the test with waitForReplicas",
      },
    },
  )
})

test("with waitForReplicas what was answered survives a failover, the session too", async () => {
  const backend = space({ waitForReplicas: 1, sessionTimeout: 60_000 })
  await using coordinator = await backend.connect()
  const running = await coordinator.put("/a/running", "me", { ephemeral: true })
  const ended = new AbortController()
  const states = coordinator.watch("/a/filter", { signal: ended.signal })[Symbol.asyncIterator]()
  expect((await states.next()).value).toBeUndefined()
  await servers.failOver()
  await expect.poll(() => coordinator.session.state, { timeout: 30_000 }).toBe("connected")
  expect(await coordinator.get("/a/running")).toEqual(running)
  await using other = await backend.connect()
  await other.put("/a/filter", ".*")
  expect((await states.next()).value).toMatchObject({ data: ".*" })
  ended.abort()
})

test("a write that too few replicas confirm is unavailable, and the session is lost", async () => {
  await using coordinator = await space({ waitForReplicas: 1, sessionTimeout: 2000 }).connect()
  await coordinator.put("/a", "1")
  const { replicas } = await servers.nodes()
  for (const replica of replicas) replica.pause()
  await expect(coordinator.put("/a", "2")).rejects.toMatchObject({ code: "UNAVAILABLE" })
  await expect.poll(() => coordinator.session.state, { timeout: 10_000 }).toBe("lost")
  for (const replica of replicas) replica.resume()
})
