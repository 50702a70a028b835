import { createServerCertificate, startDatabase, startProxy } from "@canal/testbed"
import type { DatabaseServer, Flavor } from "@canal/testbed"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { BinlogEvent } from "../event/binlog-event.ts"
import type { RowsEvent } from "../event/rows.ts"
import { parseGtidSet } from "../position/parse-position.ts"
import type { FilePosition, Position } from "../position/position.ts"
import { rowReader } from "../rows/row-reader.ts"
import { openBinlog } from "./open-binlog.ts"
import type { OpenBinlogOptions } from "./open-binlog.ts"
import { connectSource } from "./source-connection.ts"
import { parseSourceUrl } from "./source-options.ts"
import type { SourceOptions, TlsOptions } from "./source-options.ts"

const FLAVORS: readonly Flavor[] = ["mysql", "mariadb"]
const certificate = createServerCertificate(["localhost"])
const ARGS = ["--binlog-row-metadata=FULL"]
const GTID_ARGS = ["--gtid-mode=ON", "--enforce-gtid-consistency=ON"]

describe.each(FLAVORS)("%s", (flavor) => {
  let server: DatabaseServer
  beforeAll(async () => {
    const args =
      flavor === "mysql"
        ? [...ARGS, ...GTID_ARGS, "--max-allowed-packet=64M"]
        : [...ARGS, "--max-allowed-packet=64M"]
    server = await startDatabase(flavor, { args, certificate })
    await server.query("CREATE DATABASE d")
    await server.query("CREATE TABLE d.t(id INT PRIMARY KEY, v LONGBLOB)")
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test.each(["off", "preferred", "required"] as const)("TLS %s: connects, asks and dumps", async (mode) => {
    const source = sourceOf(server, { mode })
    await using connection = await connectSource(source)
    const [status] = await connection.query("SHOW STATUS LIKE 'Ssl_cipher'")
    expect(status?.["Value"] === "").toBe(mode === "off")
    const from = await endOf(server)
    await server.query("INSERT INTO d.t VALUES(?, 'x')", [`${mode.length}`])
    expect(await insertedIds(source, from, 1)).toEqual([mode.length])
  })

  test("TLS verified: by the authority and the name, or not at all", async () => {
    const verified = { ...sourceOf(server, { mode: "verified", ca: certificate.ca }), host: "localhost" }
    await using connection = await connectSource(verified)
    expect(await connection.query("SELECT 1 AS one")).toEqual([{ one: "1" }])
    await expect(connectSource({ ...verified, tls: { mode: "verified" } })).rejects.toMatchObject({
      code: "TLS_FAILED",
    })
    const other = createServerCertificate(["localhost"])
    await expect(
      connectSource({ ...verified, tls: { mode: "verified", ca: other.ca } }),
    ).rejects.toMatchObject({ code: "TLS_FAILED" })
  })

  test("from a file and an offset, over rotations, up to and behind 16 MiB", async () => {
    const from = await endOf(server)
    const sizes = [100, 2 ** 24 - 60, 2 ** 24, 20_000_000, 1]
    for (const [i, size] of sizes.entries()) {
      await server.query("INSERT INTO d.t VALUES(?, REPEAT('a', ?))", [`${1000 + i}`, size])
      await server.query("FLUSH BINARY LOGS")
    }
    const lengths: number[] = []
    const files = new Set<string>()
    await dump(sourceOf(server), from, (event) => {
      files.add(event.file)
      if (event.type === "rows")
        for (const { after } of rowReader(event.table)(event)) lengths.push(lengthOf(after?.[1]))
      return lengths.length < sizes.length
    })
    expect(lengths).toEqual(sizes)
    expect(files.size).toBe(sizes.length)
  })

  test("tables that nobody wants are left out, and the others' positions stay right", async () => {
    const from = await endOf(server)
    await server.query("CREATE TABLE d.unwanted(id INT PRIMARY KEY)")
    for (let id = 0; id < 5; id++) {
      await server.query("INSERT INTO d.unwanted VALUES(?)", [`${id}`])
      await server.query("INSERT INTO d.t VALUES(?, 'x')", [`${2500 + id}`])
    }
    const tables: string[] = []
    const all: number[] = []
    const wanted: number[] = []
    await dump(sourceOf(server), from, (event) => {
      if (event.type === "rows" && event.table.table === "t") all.push(event.position)
      return all.length < 5
    })
    await dump(
      sourceOf(server),
      from,
      (event) => {
        if (event.type === "rows" || event.type === "table-map") tables.push(event.table.table)
        if (event.type === "rows") wanted.push(event.position)
        return wanted.length < 5
      },
      { wantsTable: ({ table }) => table === "t" },
    )
    expect(new Set(tables)).toEqual(new Set(["t"]))
    expect(wanted).toEqual(all)
  })

  test.each(["off", "required"] as const)("events that are held stay as they are, TLS %s", async (mode) => {
    const from = await endOf(server)
    const own = `d.held_${mode}`
    await server.query(`CREATE TABLE ${own}(id INT PRIMARY KEY, v LONGBLOB)`)
    await server.query(`CREATE TABLE ${own}_unwanted(id INT PRIMARY KEY, v LONGBLOB)`)
    const count = 60
    for (let id = 0; id < count; id++) {
      // Stretches of the binlog that nobody wants and that somebody wants take turns.
      const value = (id % 10 === 0 ? "a longer one, " : "text ").repeat(id < count / 2 ? 5000 : 50)
      await server.query(`INSERT INTO ${own} VALUES(?, CONCAT(?, ?))`, [`${id}`, `${id} `, value])
      await server.query(`INSERT INTO ${own}_unwanted SELECT id, REPEAT(v, 8) FROM ${own} WHERE id = ?`, [
        `${id}`,
      ])
    }
    const held: { readonly event: RowsEvent; readonly text: string }[] = []
    await dump(
      sourceOf(server, { mode }),
      from,
      (event) => {
        if (event.type === "rows") held.push({ event, text: event.rows.toString("latin1") })
        return held.length < count
      },
      { wantsTable: ({ table }) => table === `held_${mode}` },
    )
    expect(held.every(({ event, text }) => event.rows.toString("latin1") === text)).toBe(true)
    const ids = held.flatMap(({ event }) => rowReader(event.table)(event).map(({ after }) => after?.[0]))
    expect(ids).toEqual(Array.from({ length: count }, (_, id) => id))
  })

  test("each position is one from which the dump can begin again", async () => {
    const from = await endOf(server)
    for (let i = 0; i < 5; i++) await server.query("INSERT INTO d.t VALUES(?, 'x')", [`${2000 + i}`])
    const begins: FilePosition[] = []
    await dump(sourceOf(server), from, (event) => {
      if (event.type === "gtid" || event.type === "mariadb-gtid")
        begins.push({ file: event.file, offset: event.position })
      return begins.length < 5 || event.type !== "xid"
    })
    for (const [i, begin] of begins.entries())
      expect(await insertedIds(sourceOf(server), begin, 5 - i)).toEqual(
        [2000, 2001, 2002, 2003, 2004].slice(i),
      )
  })

  test("from a GTID set: exactly what is not in it", async () => {
    const column = flavor === "mysql" ? "@@global.gtid_executed" : "@@global.gtid_binlog_pos"
    const [row] = await server.query(`SELECT ${column} AS gtids`)
    const gtids = parseGtidSet(String(row?.["gtids"]))
    const ids = [3000, 3001, 3002]
    for (const id of ids) await server.query("INSERT INTO d.t VALUES(?, 'x')", [`${id}`])
    expect(await insertedIds(sourceOf(server), { gtids }, 3)).toEqual(ids)

    let left = 0
    await dump(sourceOf(server), { gtids: gtids.copy() }, (event) => {
      if ((event.type === "gtid" || event.type === "mariadb-gtid") && event.gtid !== undefined) {
        expect(gtids.contains(event.gtid)).toBe(false)
        gtids.add(event.gtid)
        left++
      }
      return left < 2
    })
    expect(await insertedIds(sourceOf(server), { gtids }, 1)).toEqual([3002])
  })

  test("an idle source sends heartbeats that say where it stands", async () => {
    const from = await endOf(server)
    let end = from.offset
    let heartbeat: BinlogEvent | undefined
    await dump(
      sourceOf(server),
      from,
      (event) => {
        if (event.type === "heartbeat") heartbeat = event
        // MariaDB writes a BINLOG_CHECKPOINT some time after a rotation.
        else end = event.endPosition
        return heartbeat === undefined
      },
      { heartbeatPeriod: 0.2 },
    )
    expect(heartbeat).toMatchObject({ file: from.file, endPosition: end })
  })

  test("without checksums", async () => {
    await server.query("SET GLOBAL binlog_checksum=NONE")
    const from = await endOf(server)
    await server.query("INSERT INTO d.t VALUES(4000, 'x')")
    await server.query("SET GLOBAL binlog_checksum=CRC32")
    await server.query("INSERT INTO d.t VALUES(4001, 'x')")
    // The format of each file says whether its events carry one, so a dump passes from one to the other.
    expect(await insertedIds(sourceOf(server), from, 2)).toEqual([4000, 4001])
  })

  test("a consumer that does not ask holds the source back, and is not taken for a silent source", async () => {
    const from = await endOf(server)
    for (let i = 0; i < 6; i++)
      await server.query("INSERT INTO d.t VALUES(?, REPEAT('b', 4000000))", [`${5000 + i}`])
    await using proxy = await startProxy({ to: server })
    const reading = openBinlog(
      { ...sourceOf(server), port: proxy.port },
      from,
      options({ heartbeatPeriod: 0.2 }),
    )
    await reading.next()
    const before = process.memoryUsage().arrayBuffers
    const woken = Promise.withResolvers<void>()
    setTimeout(woken.resolve, 1500)
    await woken.promise
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8_000_000)
    let rows = 0
    for await (const events of reading) {
      rows += events.filter(({ type }) => type === "rows").length
      if (rows === 6) break
    }
    expect(rows).toBe(6)
  })

  test("a cut connection is CONNECTION_LOST, a half-open one SOURCE_SILENT", async () => {
    await using proxy = await startProxy({ to: server })
    const source = { ...sourceOf(server), port: proxy.port }
    for (const [hurt, code] of [
      [() => proxy.reset(), "CONNECTION_LOST"],
      [() => proxy.pause(), "SOURCE_SILENT"],
    ] as const) {
      const from = await endOf(server)
      const reading = dump(
        source,
        from,
        (event) => {
          if (event.type === "heartbeat") hurt()
          return true
        },
        { heartbeatPeriod: 0.3 },
      )
      await expect(reading).rejects.toMatchObject({ code, retryable: true })
    }
  })

  test("an abort ends the dump at once and leaves no socket", async () => {
    const from = await endOf(server)
    const before = openSockets()
    const aborting = new AbortController()
    const reading = dump(
      sourceOf(server),
      from,
      () => {
        aborting.abort(new Error("enough"))
        return true
      },
      { signal: aborting.signal },
    )
    await expect(reading).rejects.toThrowError("enough")
    await expect.poll(openSockets).toBeLessThanOrEqual(before)
  })

  test("a question to a source that hangs ends by its signal, or by its time, and leaves no socket", async () => {
    await using proxy = await startProxy({ to: server })
    const source = { ...sourceOf(server), port: proxy.port }
    const before = openSockets()
    const aborting = new AbortController()
    const left = await connectSource(source, { signal: aborting.signal })
    const impatient = await connectSource({ ...source, answerTimeout: 200 })
    proxy.pause()
    const question = left.query("SELECT 1")
    aborting.abort(new Error("enough"))
    await expect(question).rejects.toThrowError("enough")
    await expect(impatient.query("SELECT 1")).rejects.toMatchObject({
      code: "SOURCE_SILENT",
      retryable: true,
    })
    expect(impatient.broken.aborted).toBe(true)
    await expect(impatient.query("SELECT 1")).rejects.toMatchObject({ code: "SOURCE_SILENT" })
    proxy.heal()
    proxy.reset()
    await expect.poll(openSockets).toBeLessThanOrEqual(before)
  })

  test("what the source refuses says why", async () => {
    const from = await endOf(server)
    const source = sourceOf(server)
    await server.query("CREATE USER nobody@'%' IDENTIFIED BY 'pw'")
    expect(await refused({ ...source, password: "wrong-password" }, from)).toMatchObject({
      code: "ACCESS_DENIED",
    })
    expect(String(await refused({ ...source, password: "wrong-password" }, from))).not.toContain(
      "wrong-password",
    )
    expect(await refused({ ...source, user: "nobody", password: "pw" }, from)).toMatchObject({
      code: "PRIVILEGE_MISSING",
    })
    expect(await refused(source, { ...from, file: "binlog.000999" })).toMatchObject({
      code: "POSITION_PURGED",
    })
    expect(await refused(source, { ...from, offset: 2 ** 31 })).toMatchObject({ code: "POSITION_INVALID" })
    expect(await refused(source, { ...from, offset: 2 ** 32 })).toMatchObject({ code: "POSITION_INVALID" })
    expect(await refused({ ...source, port: 1 }, from)).toMatchObject({ code: "CONNECTION_LOST" })
    await server.query("PURGE BINARY LOGS TO ?", [from.file])
    expect(await refused(source, { file: "binlog.000001", offset: 4 })).toMatchObject({
      code: "POSITION_PURGED",
    })
  })

  test("two replicas of one server id: the elder is told so", async () => {
    const from = await endOf(server)
    const running = Promise.withResolvers<void>()
    const elder = dump(
      sourceOf(server),
      from,
      () => {
        running.resolve()
        return true
      },
      { serverId: 77 },
    )
    const ended = expect(elder).rejects.toMatchObject({ code: "DUPLICATE_SERVER_ID" })
    await running.promise
    await dump(sourceOf(server), from, ({ type }) => type !== "format-description", { serverId: 77 })
    await ended
  })
})

test("a source without binlog is BINLOG_OFF", async () => {
  await using server = await startDatabase("mysql", { args: ["--skip-log-bin"] })
  await expect(
    dump(sourceOf(server), { file: "binlog.000001", offset: 4 }, () => true),
  ).rejects.toMatchObject({
    code: "BINLOG_OFF",
  })
})

describe("authentication", () => {
  test("caching_sha2_password: in full, with and without TLS, then from the cache", async () => {
    await using server = await startDatabase("mysql", { certificate })
    await server.query("CREATE USER sha2@'%' IDENTIFIED WITH caching_sha2_password BY 'p@ss:w/rd'")
    const login = { user: "sha2", password: "p@ss:w/rd" }
    for (const mode of ["off", "off", "required", "required"] as const) {
      if (mode === "required") await server.query("FLUSH PRIVILEGES")
      await using connection = await connectSource({ ...sourceOf(server, { mode }), ...login })
      expect(await connection.query("SELECT CURRENT_USER() AS user")).toEqual([{ user: "sha2@%" }])
    }
  })

  test.each([
    ["mysql", "sha256_password"],
    ["mariadb", "mysql_native_password"],
  ] as const)("%s: %s, with and without TLS", async (flavor, plugin) => {
    await using server = await startDatabase(flavor, { certificate })
    const how = flavor === "mysql" ? `IDENTIFIED WITH ${plugin} BY 'pw'` : "IDENTIFIED BY 'pw'"
    await server.query(`CREATE USER other@'%' ${how}`)
    for (const mode of ["off", "required"] as const) {
      await using connection = await connectSource({
        ...sourceOf(server, { mode }),
        user: "other",
        password: "pw",
      })
      expect(await connection.query("SELECT CURRENT_USER() AS user")).toEqual([{ user: "other@%" }])
    }
  })
})

function sourceOf(server: DatabaseServer, tls: TlsOptions = { mode: "off" }): SourceOptions {
  return { ...parseSourceUrl(server.url()), tls }
}

function options(more: Partial<OpenBinlogOptions> = {}): OpenBinlogOptions {
  return {
    serverId: 1 + Math.floor(Math.random() * 2 ** 31),
    signal: new AbortController().signal,
    ...more,
  }
}

/** Reads until `wantsMore` says no. */
async function dump(
  source: SourceOptions,
  from: Position,
  wantsMore: (event: BinlogEvent) => boolean,
  more?: Partial<OpenBinlogOptions>,
): Promise<void> {
  for await (const events of openBinlog(source, from, options(more)))
    for (const event of events) if (!wantsMore(event)) return
}

/** The ids of the next rows inserted. */
async function insertedIds(
  source: SourceOptions,
  from: Position,
  count: number,
): Promise<readonly unknown[]> {
  const ids: unknown[] = []
  await dump(source, from, (event) => {
    if (event.type === "rows" && event.kind === "insert")
      for (const { after } of rowReader(event.table)(event)) ids.push(after?.[0])
    return ids.length < count
  })
  return ids
}

async function endOf(server: DatabaseServer): Promise<FilePosition> {
  const [row] = await server.query(
    server.flavor === "mysql" ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS",
  )
  return { file: String(row?.["File"]), offset: Number(row?.["Position"]) }
}

/** The error with which a dump ends at once. */
function refused(source: SourceOptions, from: Position): Promise<unknown> {
  return dump(source, from, () => true).catch((error: unknown) => error)
}

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "TCPSocketWrap").length
}

function lengthOf(value: unknown): number {
  return value instanceof Uint8Array ? value.length : -1
}
