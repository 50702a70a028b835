import { expect, test } from "vitest"
import { startZookeeperEnsemble } from "./zookeeper-ensemble.ts"
import { startZookeeper } from "./zookeeper-server.ts"

test("a server starts fresh, counts, crashes, hangs, comes back and goes", async () => {
  const server = await startZookeeper()
  const { port } = server
  expect(await server.ask("srvr")).toContain("Mode: standalone")
  expect(Number((await server.counters())["packets_received"])).toBeGreaterThanOrEqual(0)
  await server.kill9()
  await expect(server.ask("ruok")).rejects.toThrow("ECONNREFUSED")
  await server.restart()
  expect(server.port).toBe(port)
  server.pause()
  const answer = server.ask("ruok")
  server.resume()
  expect(await answer).toBe("imok")
  await server.restart({ wiped: true })
  expect((await server.counters())["znode_count"]).toBe("5")
  await server[Symbol.asyncDispose]()
  await expect(server.ask("ruok")).rejects.toThrow("ECONNREFUSED")
})

test("an ensemble whose leader is killed has another, and takes the killed one back", async () => {
  await using ensemble = await startZookeeperEnsemble()
  const first = await ensemble.leader()
  await first.kill9()
  const second = await ensemble.leader()
  expect(second.port).not.toBe(first.port)
  await first.restart()
  expect(await first.ask("srvr")).toContain("Mode: follower")
})
