import { expect, test } from "vitest"
import { createServerCertificate } from "../certificate/server-certificate.ts"
import { askRedis } from "./ask-redis.ts"
import { startRedisSentinel } from "./redis-sentinel.ts"
import { startRedis } from "./redis-server.ts"

test("redis keeps what was written over a crash, hangs, and comes back empty when it is wiped", async () => {
  await using redis = await startRedis()
  await askRedis(redis.port, "SET key value")
  await redis.kill9()
  await redis.restart()
  expect(await askRedis(redis.port, "GET key")).toContain("value")
  redis.pause()
  const answer = askRedis(redis.port, "PING")
  redis.resume()
  expect(await answer).toContain("PONG")
  await redis.wipe()
  expect(await askRedis(redis.port, "GET key")).toContain("$-1")
})

test("redis asks for a password where it is told so, and speaks TLS", async () => {
  const certificate = createServerCertificate()
  await using redis = await startRedis({ args: ["--requirepass", "secret"], certificate })
  expect(redis.url).toBe(`rediss://127.0.0.1:${redis.port}`)
  expect(await askRedis(redis.port, "GET key", { tls: true })).toContain("NOAUTH")
})

test("sentinels put a replica in the place of a primary that crashed", async () => {
  await using redis = await startRedisSentinel()
  const { primary: old } = await redis.nodes()
  await askRedis(old.port, "SET key value")
  await askRedis(old.port, "WAIT 1 5000")
  await expect
    .poll(async () => askRedis((await redis.nodes()).replicas[0]?.port ?? 0, "GET key"))
    .toContain("value")
  await redis.failOver()
  const { primary, replicas } = await redis.nodes()
  expect(replicas).toEqual([old])
  expect(await askRedis(primary.port, "GET key")).toContain("value")
})

test("a server that cannot start says why", async () => {
  await expect(startRedis({ args: ["--no-such-option", "1"] })).rejects.toThrow("no-such-option")
})
