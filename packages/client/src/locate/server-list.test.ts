import { expect, test } from "vitest"
import { formatServer, parseServers } from "./server-list.ts"

test("one server, several, names, IPv6", () => {
  expect(parseServers("127.0.0.1:11112")).toEqual([{ host: "127.0.0.1", port: 11_112 }])
  expect(parseServers("db1, db2:7")).toEqual([
    { host: "db1", port: 11_111 },
    { host: "db2", port: 7 },
  ])
  expect(parseServers(["[::1]:8"]).map(formatServer)).toEqual(["[::1]:8"])
})

test.each(["", ",", "a:b", "a:0", "a:65536", "a:1:2", "::1", "http://a:1"])("%j is refused", (text) => {
  expect(() => parseServers(text)).toThrow(expect.objectContaining({ code: "INVALID_OPTION" }))
})
