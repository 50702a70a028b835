import { expect, test } from "vitest"
import { resolveServers } from "./addresses.ts"
import { formatConnectString, parseConnectString } from "./connect-string.ts"
import { zookeeper } from "./zookeeper.ts"

test.each([
  ["zk1", "zk1:2181"],
  ["zk1:2182, zk2", "zk1:2182,zk2:2181"],
  ["zk1:2181,zk2:2181/canal/test/", "zk1:2181,zk2:2181/canal/test"],
  ["zk1;zk2:2182,zk3", "zk1:2181,zk2:2182,zk3:2181"],
  ["zk1/canal;zk2/canal", "zk1:2181,zk2:2181/canal"],
  ["[::1]:2181,10.0.0.1", "[::1]:2181,10.0.0.1:2181"],
  ["zk1/", "zk1:2181"],
])("%s names %s", (text, meant) => {
  expect(formatConnectString(parseConnectString(text, 2181))).toBe(meant)
})

test.each(["", " , ", "/canal", "zk1:0", "zk1:x", "zk1:70000", "a:b:c", "zk1/a;zk2/b", "zk1//a"])(
  "%j is refused",
  (servers) => {
    expect(() => zookeeper({ servers })).toThrow(expect.objectContaining({ code: "INVALID_OPTION" }))
  },
)

test.each([
  { sessionTimeout: 0 },
  { sessionTimeout: Number.NaN },
  { digest: "nobody" },
  { tls: { certificate: "PEM" } },
  { tls: { key: "PEM" } },
])("%j is refused", (options) => {
  expect(() => zookeeper({ servers: "zk1", ...options })).toThrow(
    expect.objectContaining({ code: "INVALID_OPTION" }),
  )
})

test("addresses are told as they are, and without brackets", async () => {
  const { servers } = parseConnectString("[::1]:2182,127.0.0.1", 2181)
  expect(await resolveServers(servers, 1000)).toEqual([
    { name: "::1", host: "::1", port: 2182 },
    { name: "127.0.0.1", host: "127.0.0.1", port: 2181 },
  ])
})

test("over TLS the port is 2281 unless given", () => {
  expect(zookeeper({ servers: "zk1,zk2:2181/canal", tls: true }).place).toBe(
    "ZooKeeper at zk1:2281,zk2:2181/canal",
  )
})
