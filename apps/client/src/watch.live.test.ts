import { fileURLToPath } from "node:url"
import { createMemorySpace } from "@canal/coordination/memory"
import { redis } from "@canal/coordination/redis"
import { memoryCursors } from "@canal/cursor-store"
import { hashPassword } from "@canal/protocol"
import { type CanalServer, startServer } from "@canal/server"
import { type App, type DatabaseServer, freePort, spawnApp, startMysql, startRedis } from "@canal/testbed"
import { afterAll, beforeAll, expect, test } from "vitest"

const main = fileURLToPath(new URL("main.ts", import.meta.url))
let mysql: DatabaseServer
let server: CanalServer

beforeAll(async () => {
  mysql = await startMysql({ args: ["--binlog-row-metadata=FULL"] })
  await mysql.query("CREATE DATABASE shop")
  await mysql.query("CREATE TABLE shop.t(id INT PRIMARY KEY, v VARCHAR(20))")
  server = await startServer({
    listen: { host: "127.0.0.1", port: 0 },
    user: "canal",
    passwordHash: hashPassword("secret"),
    coordination: createMemorySpace(),
    destinations: [
      {
        name: "example",
        source: { host: mysql.host, port: mysql.port, ...mysql.replication },
        cursors: memoryCursors(),
        filter: "shop\\..*",
      },
    ],
  })
  await server.ready
})

afterAll(async () => {
  await server.close()
  await mysql[Symbol.asyncDispose]()
})

function watch(clientId: number, args: readonly string[], port: number = server.port): Promise<App> {
  return spawnApp(main, {
    args: [
      "watch",
      "--server",
      `127.0.0.1:${port}`,
      "--client-id",
      String(clientId),
      "--user",
      "canal",
      ...args,
    ],
    environment: { CANAL_PASSWORD: "secret" },
  })
}

test("shows changes for people, ends after so many, and leaves no batch acknowledged that it did not show whole", async () => {
  await using first = await watch(1, ["--changes", "3"])
  await first.line(/connected to/)
  await mysql.query("INSERT INTO shop.t VALUES(1, 'a'), (2, 'b')")
  await mysql.query("UPDATE shop.t SET v = 'c' WHERE id = 2")
  expect(await first.exited).toMatchObject({ code: 0 })
  expect(first.stdout).toEqual([
    '+ shop.t  id=1  v="a"',
    '+ shop.t  id=2  v="b"',
    '~ shop.t  id=2  v: "b" → "c"',
  ])

  await mysql.query("DELETE FROM shop.t")
  await using second = await watch(1, ["--changes", "1"])
  expect(await second.exited).toMatchObject({ code: 0 })
  expect(second.stdout).toEqual(['- shop.t  id=1  v="a"'])
  await using third = await watch(1, ["--changes", "2"])
  expect(await third.exited).toMatchObject({ code: 0 })
  expect(third.stdout).toEqual(['- shop.t  id=1  v="a"', '- shop.t  id=2  v="c"'])
})

test("prints FlatMessage lines, and ends with 0 at SIGTERM", async () => {
  await using app = await watch(2, ["--format", "json"])
  await app.line(/connected to/)
  await mysql.query("CREATE TABLE shop.u(`2` INT PRIMARY KEY, `1` TEXT)")
  await mysql.query("INSERT INTO shop.u VALUES(1, 'é\n')")
  const line = await app.line(/INSERT/)
  expect(
    line
      .replace(/"es":\d+/, '"es":0')
      .replace(/"ts":\d+/, '"ts":0')
      .replace(/"id":\d+/, '"id":1'),
  ).toBe(
    String.raw`{"data":[{"2":"1","1":"é\n"}],"database":"shop","es":0,"gtid":"","id":1,"isDdl":false,"mysqlType":{"2":"int","1":"text"},"old":null,"pkNames":["2"],"sql":"","sqlType":{"2":4,"1":2005},"table":"u","ts":0,"type":"INSERT"}`,
  )
  expect(await app.terminate()).toMatchObject({ code: 0 })
  await using again = await watch(2, ["--format", "json", "--changes", "1"])
  await again.line(/connected to/)
  await mysql.query("DROP TABLE shop.u")
  expect(await again.exited).toMatchObject({ code: 0 })
  expect(again.stdout).toHaveLength(1)
  expect(again.stdout[0]).toContain('"type":"ERASE"')
})

test.each([
  [["--destination", "nothere"], 1, /does not run the destination "nothere"/],
  [["--password", "wrong"], 1, /refuses the user or the password/],
  [["--zk", "x"], 2, /--server and --zk, --etcd or --redis exclude each other/],
  [["--coordination-ca", "x"], 2, /--coordination-ca means nothing/],
  [["--format", "xml"], 2, /--format FORMAT: is one of pretty, json/],
])("%j ends with %i and one line", async (args, code, message) => {
  await using app = await watch(3, args)
  expect(await app.exited).toMatchObject({ code })
  expect(app.stdout).toEqual([])
  expect(app.stderr).toEqual([expect.stringMatching(message)])
})

test("waits for a server that is not there, and says so", async () => {
  await using app = await watch(4, [], await freePort())
  await app.line(/no Canal server answers at .*; trying again/)
  expect(await app.terminate()).toMatchObject({ code: 0 })
  expect(app.stdout).toEqual([])
})

test("finds the server in Redis, and of two one is active while the other stands by", async () => {
  await using meeting = await startRedis()
  await using found = await startServer({
    listen: { host: "127.0.0.1", port: 0 },
    coordination: redis({ url: meeting.url }),
    destinations: [
      {
        name: "example",
        source: { host: mysql.host, port: mysql.port, ...mysql.replication },
        cursors: memoryCursors(),
        filter: "shop\\..*",
      },
    ],
  })
  await found.ready
  const args = ["watch", "--redis", meeting.url, "--changes", "1", "--client-id", "5"]
  await using first = await spawnApp(main, { args })
  await first.line(/connected to/)
  await using second = await spawnApp(main, { args })
  await second.line(/stands by: 127\.0\.0\.1:\d+ is active/)
  await mysql.query("CREATE TABLE shop.r(id INT PRIMARY KEY)")
  expect(await first.exited).toMatchObject({ code: 0 })
  await second.line(/is active now/)
  await mysql.query("DROP TABLE shop.r")
  expect(await second.exited).toMatchObject({ code: 0 })
  expect(second.stdout).toHaveLength(1)
})
