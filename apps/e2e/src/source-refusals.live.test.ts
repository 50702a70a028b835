import { readFileSync } from "node:fs"
import { join } from "node:path"
import {
  createScratchFolder,
  type DatabaseServer,
  type Flavor,
  freePort,
  startDatabase,
} from "@canal/testbed"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { launchServer, startServer, startWatch } from "./apps.ts"
import { complaintsOf, type Refusal, refusalOf } from "./refusal.ts"

const FLAVORS: readonly Flavor[] = ["mysql", "mariadb"]

/** What canal-server says of a source that it cannot follow. */
async function refusal(flags: Parameters<typeof launchServer>[0]): Promise<Refusal> {
  using folder = createScratchFolder("refusal")
  await using server = await launchServer({ port: 0, ...flags }, { folder: folder.path })
  return await refusalOf(server)
}

function oneLine(message: RegExp): Refusal {
  return { code: 1, stdout: [], complaints: [expect.stringMatching(message)] }
}

async function purgeFirstFile(database: DatabaseServer): Promise<void> {
  await database.query("FLUSH BINARY LOGS")
  await database.query("FLUSH BINARY LOGS")
  await expect
    .poll(
      async () => {
        await database.query("PURGE BINARY LOGS TO 'binlog.000003'")
        return (await database.query("SHOW BINARY LOGS"))[0]?.["Log_name"]
      },
      { timeout: 60_000 },
    )
    .toBe("binlog.000003")
}

describe.each(FLAVORS)("%s", (flavor) => {
  let database: DatabaseServer

  beforeAll(async () => {
    database = await startDatabase(flavor)
    for (const user of ["nothing", "client", "replica"])
      await database.query(`CREATE USER ${user} IDENTIFIED BY 'pw'`)
    await database.query("GRANT SELECT, REPLICATION CLIENT ON *.* TO client")
    await database.query("GRANT SELECT, REPLICATION SLAVE ON *.* TO replica")
  })

  afterAll(() => database[Symbol.asyncDispose]())

  test("a wrong password", async () => {
    expect(await refusal({ source: database.url({ user: "canal", password: "wrong" }) })).toEqual(
      oneLine(
        /^canal-server: destination example cannot follow 127\.0\.0\.1:\d+ from its end: Access denied for user 'canal'.*; check the user and the password/,
      ),
    )
  })

  test.each([
    ["nothing", /follow 127\.0\.0\.1:\d+ from its end: The user lacks a privilege.* REPLICATION SLAVE, /],
    ["client", /follow 127\.0\.0\.1:\d+ from its end: Access denied.*GRANT REPLICATION SLAVE, /],
    ["replica", /follow 127\.0\.0\.1:\d+ from its end: The user lacks.*(REPLICATION CLIENT|BINLOG MONITOR)/],
  ])("a user with the privileges of %s", async (user, message) => {
    expect(await refusal({ source: database.url({ user, password: "pw" }) })).toEqual(oneLine(message))
  })

  test.each([
    ["--skip-log-bin", /follow 127\.0\.0\.1:\d+ from its end: The source writes no binlog.*log_bin/],
    ["--binlog-format=STATEMENT", /follow 127\.0\.0\.1:\d+ .*binlog_format=STATEMENT.*Set binlog_format=ROW/],
  ])("%s", async (argument, message) => {
    await using other = await startDatabase(flavor, { args: [argument] })
    expect(await refusal({ source: other.url() })).toEqual(oneLine(message))
  })

  test("binlog_format=MIXED is a warning, and a statement that is logged as text is delivered as text", async () => {
    await using other = await startDatabase(flavor, { args: ["--binlog-format=MIXED"] })
    using folder = createScratchFolder("mixed")
    const port = await freePort()
    await using server = await startServer({ source: other.url(), port }, { folder: folder.path })
    await using client = await startWatch({ server: `127.0.0.1:${port}`, format: "json" })
    await client.line(/^connected to/)
    await other.query("CREATE DATABASE shop")
    await other.query("CREATE TABLE shop.t(id INT PRIMARY KEY, word VARCHAR(36))")
    await other.query("INSERT INTO shop.t VALUES (1, 'one')")
    await other.query("INSERT INTO shop.t VALUES (2, UUID())")
    expect(await client.line(/"sql":"INSERT INTO shop\.t VALUES \(1, 'one'\)"/)).toContain('"type":"INSERT"')
    expect(await client.line(/"data":\[/)).toContain('"id":"2"')
    expect(complaintsOf(server)).toEqual([
      expect.stringMatching(/WARN: .*binlog_format=MIXED.*delivered as text. Set binlog_format=ROW/),
    ])
    expect(await server.terminate()).toMatchObject({ code: 0 })
  })

  test("a start inside an event, and one behind the end", async () => {
    const inside = await refusal({ source: database.url(), from: "binlog.000001:9" })
    expect(inside).toEqual(oneLine(/from binlog\.000001:9: .*begin at the start of an event/))
    const behind = await refusal({ source: database.url(), from: "binlog.000001:400000000" })
    expect(behind).toEqual(oneLine(/from binlog\.000001:400000000: .*begin at the start of an event/))
  })

  test("a file that was purged: one that --from names, and one in which a stored cursor stands", async () => {
    using folder = createScratchFolder("purged")
    const flags = { source: database.url(), port: await freePort(), data: folder.path }
    {
      await using _server = await startServer({ ...flags, from: "binlog.000001:4" })
      await using client = await startWatch({ server: `127.0.0.1:${flags.port}` })
      await client.line(/^connected to/)
    }
    const path = join(folder.path, "example", "meta.dat")
    const stored = readFileSync(path, "utf8")
    await purgeFirstFile(database)

    expect(await refusal({ source: database.url(), from: "binlog.000001:4" })).toEqual(
      oneLine(/from binlog\.000001:4: .*the source no longer has what comes next: begin at a later position/),
    )
    expect(await refusal(flags)).toEqual(
      oneLine(
        /from binlog\.000001:\d+: .*the source no longer has what comes next.* A cursor in .*meta\.dat decides the start; move it away/,
      ),
    )
    expect(readFileSync(path, "utf8")).toBe(stored)
  })
})
