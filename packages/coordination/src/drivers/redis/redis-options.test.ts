import { expect, test } from "vitest"
import { parseRedisOptions } from "./redis-options.ts"

test("a URL says where, as whom and with which database", () => {
  expect(parseRedisOptions({ url: "rediss://canal:se%2Fcret@redis.example:7000/3" })).toMatchObject({
    host: "redis.example",
    port: 7000,
    username: "canal",
    password: "se/cret",
    database: 3,
    tls: { servername: "redis.example" },
  })
  expect(parseRedisOptions({ url: "redis://[::1]" })).toMatchObject({
    host: "::1",
    port: 6379,
    username: undefined,
    password: undefined,
    database: 0,
    tls: undefined,
    prefix: "canal:",
    sessionTimeout: 20_000,
    waitForReplicas: 0,
  })
})

test("the name of the place has no secret", () => {
  const addresses = [{ host: "s1", port: 26379 }]
  const sentinel = { addresses, masterName: "mymaster", password: "hidden" }
  const url = "redis://canal:secret@127.0.0.1:7000/1"
  expect(parseRedisOptions({ url }).name).toBe("Redis at 127.0.0.1:7000, database 1, canal:*")
  expect(parseRedisOptions({ url, sentinel }).name).toBe(
    "Redis at mymaster of the sentinels s1:26379, database 1, canal:*",
  )
})

test.each([
  { url: "http://127.0.0.1" },
  { url: "redis://127.0.0.1/name" },
  { url: "redis://:%zz@127.0.0.1" },
  { url: "redis://127.0.0.1", sessionTimeout: 1 },
  { url: "redis://127.0.0.1", waitForReplicas: -1 },
  { url: "redis://", sentinel: { addresses: [], masterName: "mymaster" } },
])("an option that means nothing is said to be so: %o", (options) => {
  expect(() => parseRedisOptions(options)).toThrow(expect.objectContaining({ code: "INVALID_OPTION" }))
})
