import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { Readable } from "node:stream"
import { startDatabase, startProxy } from "@canal/testbed"
import type { DatabaseServer, Flavor } from "@canal/testbed"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Change, RowsChange } from "./change.ts"
import { tableFilter } from "./filter/table-filter.ts"
import type { StartPosition } from "./locate/start-position.ts"
import { changes } from "./parser.ts"
import type { ChangesOptions } from "./parser.ts"

type Source = Parameters<typeof changes>[0]

function sourceOf(server: DatabaseServer, address: { host: string; port: number } = server): Source {
  return { host: address.host, port: address.port, ...server.replication }
}

/** Follows until enough was seen; `started` runs as soon as the start is known. */
async function follow(
  source: Source,
  options: Omit<ChangesOptions, "signal"> & {
    readonly from?: StartPosition
    readonly started?: () => Promise<unknown>
    readonly slow?: () => Promise<unknown>
    /** Awaited for each change. */
    readonly seeing?: (change: Change) => Promise<unknown> | undefined
  },
  isEnough: (change: Change) => boolean,
): Promise<readonly Change[]> {
  const ending = new AbortController()
  const seen: Change[] = []
  let running: Promise<unknown> | undefined
  for await (const batch of changes(source, options.from, { ...options, signal: ending.signal })) {
    running ??= options.started?.()
    await options.slow?.()
    for (const change of batch) {
      seen.push(change)
      await options.seeing?.(change)
      if (isEnough(change)) ending.abort()
    }
    if (ending.signal.aborted) break
  }
  await running
  return seen
}

function isRowsOf(name: string): (change: Change) => change is RowsChange {
  return (change): change is RowsChange => change.kind === "rows" && change.table.name === name
}

function namesOf(change: RowsChange | undefined): readonly string[] | undefined {
  return change?.table.columns.map(({ name }) => name)
}

async function codeOf(source: Source): Promise<unknown> {
  return follow(source, {}, () => true).then(
    () => "none",
    (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
  )
}

const COLUMNS = `id INT UNSIGNED PRIMARY KEY, name VARCHAR(20) CHARACTER SET latin1, text TEXT, bytes VARBINARY(8),
 size ENUM('small','it''s'), flags SET('a','b'), price DECIMAL(18,4), at TIMESTAMP(3) NULL`

describe.each<[Flavor, string]>([
  ["mysql", "FULL"],
  ["mysql", "MINIMAL"],
  ["mariadb", "FULL"],
  ["mariadb", "MINIMAL"],
  ["mariadb", "NO_LOG"],
])("%s with %s row metadata", (flavor, metadata) => {
  let server: DatabaseServer

  beforeAll(async () => {
    server = await startDatabase(flavor, { args: [`--binlog-row-metadata=${metadata}`] })
    await server.query("CREATE DATABASE shop")
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })

  it("names columns, keys, types and labels, before and after DDL", async () => {
    const run = async () => {
      await server.query(`CREATE TABLE shop.t(${COLUMNS})`)
      await server.query("CREATE TABLE shop.other(id INT)")
      await server.query(
        "INSERT INTO shop.t VALUES(4000000000,'café','é',x'00ff','it''s','a,b',1.5,'2026-11-22 12:34:56.789')",
      )
      await server.query("INSERT INTO shop.other VALUES(1)")
    }
    // The source's information_schema knows only the present: what is read late may have changed meanwhile.
    const alter = async () => {
      await server.query("ALTER TABLE shop.t ADD COLUMN extra BIGINT FIRST, DROP COLUMN flags")
      await server.query("UPDATE shop.t SET extra=7")
      await server.query("CREATE TABLE shop.done(id INT)")
      await server.query("INSERT INTO shop.done VALUES(1)")
    }
    const filter = { current: tableFilter({ include: "shop\\.(t|done)" }) }
    const seeing = (change: Change) =>
      isRowsOf("t")(change) && change.event.kind === "insert" ? alter() : undefined
    const seen = await follow(sourceOf(server), { filter, started: run, seeing }, isRowsOf("done"))
    expect(seen[0]).toMatchObject({ kind: "heartbeat" })
    expect(seen.filter(({ kind }) => kind === "ddl")).toEqual([
      expect.objectContaining({ statement: "create-table", schema: "shop", table: "t" }),
      expect.objectContaining({ statement: "alter-table", schema: "shop", table: "t" }),
      expect.objectContaining({ statement: "create-table", schema: "shop", table: "done" }),
    ])
    const [insert, update] = seen.filter(isRowsOf("t"))
    expect(namesOf(insert)).toEqual(["id", "name", "text", "bytes", "size", "flags", "price", "at"])
    expect(insert?.table.columns.map(({ key }) => key)).toEqual([true, ...Array<boolean>(7).fill(false)])
    expect(namesOf(update)).toEqual(["extra", "id", "name", "text", "bytes", "size", "price", "at"])
    const types = insert?.table.columns.map(({ type }) => type.replace(/^int\(\d+\)/, "int"))
    expect(types).toEqual([
      "int unsigned",
      "varchar(20)",
      "text",
      "varbinary(8)",
      "enum('small','it''s')",
      "set('a','b')",
      "decimal(18,4)",
      "timestamp(3)",
    ])
    const [row] = insert?.values() ?? []
    expect(row?.after?.slice(0, 5)).toEqual([4000000000, "café", "é", new Uint8Array([0, 255]), "it's"])
    expect(update?.values()[0]?.after?.[0]).toBe(7)
    expect(seen.filter(isRowsOf("other"))).toEqual([])
  })

  it("takes the first unique key without NULL where there is no primary key", async () => {
    const run = async () => {
      await server.query("CREATE TABLE shop.uniq(a INT NOT NULL UNIQUE, b INT)")
      await server.query("INSERT INTO shop.uniq VALUES(1,2)")
    }
    const seen = await follow(sourceOf(server), { started: run }, isRowsOf("uniq"))
    const keys = seen.findLast(isRowsOf("uniq"))?.table.columns.map(({ key }) => key)
    expect(keys).toEqual([true, false])
  })

  it("calls columns by their number where the table is gone", async () => {
    const [end] = await follow(sourceOf(server), {}, () => true)
    await server.query("CREATE TABLE shop.gone(a INT, b INT)")
    await server.query("INSERT INTO shop.gone VALUES(1,2)")
    await server.query("DROP TABLE shop.gone")
    if (end === undefined) throw new Error("no start")
    const from = { file: end.file, offset: end.offset, included: true }
    const seen = await follow(sourceOf(server), { from }, isRowsOf("gone"))
    expect(namesOf(seen.findLast(isRowsOf("gone")))).toEqual(metadata === "FULL" ? ["a", "b"] : ["@1", "@2"])
  })
})

describe("MariaDB", () => {
  it("knows its own types", async () => {
    await using server = await startDatabase("mariadb", { args: ["--binlog-row-metadata=FULL"] })
    const run = async () => {
      await server.query("CREATE DATABASE net")
      await server.query("CREATE TABLE net.t(id INT PRIMARY KEY, u UUID, i4 INET4, i6 INET6, j JSON)")
      await server.query(
        "INSERT INTO net.t VALUES(1,'123e4567-e89b-12d3-a456-426655440000','10.1.2.3','::1','{\"a\":1}')",
      )
    }
    const seen = await follow(sourceOf(server), { started: run }, isRowsOf("t"))
    expect(seen.findLast(isRowsOf("t"))?.values()[0]?.after).toEqual([
      1,
      "123e4567-e89b-12d3-a456-426655440000",
      "10.1.2.3",
      "::1",
      { a: 1 },
    ])
  })
})

describe.each<[Flavor]>([["mysql"], ["mariadb"]])("%s that cannot be followed", (flavor) => {
  it.each([
    ["BINLOG_OFF", ["--skip-log-bin"]],
    ["STATEMENT_FORMAT", ["--binlog-format=STATEMENT"]],
    ["none", ["--binlog-format=MIXED"]],
  ])("%s", async (code, args) => {
    await using server = await startDatabase(flavor, { args })
    expect(await codeOf(sourceOf(server))).toBe(code)
  })

  it("a user who is wrong or may not", async () => {
    await using server = await startDatabase(flavor)
    await server.query("CREATE USER nobody IDENTIFIED BY 'nobody'")
    expect(await codeOf({ ...sourceOf(server), user: "nobody", password: "nobody" })).toBe(
      "PRIVILEGE_MISSING",
    )
    expect(await codeOf({ ...sourceOf(server), password: "wrong" })).toBe("ACCESS_DENIED")
  })

  it("a file that was purged", async () => {
    await using server = await startDatabase(flavor)
    const from = { file: "binlog.999999", offset: 4, included: true }
    const outcome = follow(sourceOf(server), { from }, ({ kind }) => kind !== "heartbeat")
    await expect(outcome).rejects.toMatchObject({ code: "POSITION_PURGED" })
  })
})

const LAST = 4000

/** Inserts 1 to LAST: single rows, transactions of many rows, some with a pause inside. */
async function writeSequence(server: DatabaseServer): Promise<void> {
  const connection = await server.connect()
  let next = 1
  while (next <= LAST) {
    const size = Math.min(1 + Math.floor(Math.random() * 400), LAST - next + 1)
    await connection.beginTransaction()
    for (const end = next + size; next < end;) {
      const rows = Math.min(1 + Math.floor(Math.random() * 20), end - next)
      const values = Array.from({ length: rows }, (_, at) => `(${next + at},REPEAT('x',200))`)
      await connection.query(`INSERT INTO shop.seq VALUES ${values.join(",")}`)
      next += rows
    }
    await connection.commit()
  }
  await connection.end()
}

function idsOf(seen: readonly Change[]): readonly unknown[] {
  return seen.filter(isRowsOf("seq")).flatMap((change) => change.values().map(({ after }) => after?.[0]))
}

function holdsLast(change: Change): boolean {
  return isRowsOf("seq")(change) && change.values().some(({ after }) => after?.[0] === LAST)
}

describe.each<[Flavor, boolean]>([
  ["mysql", false],
  ["mysql", true],
  ["mariadb", false],
  ["mariadb", true],
])("%s (by GTID: %s) is followed without loss or repetition", (flavor, gtid) => {
  const args = ["--binlog-row-metadata=FULL", "--max-binlog-size=65536"]
  if (flavor === "mysql" && gtid) args.push("--gtid-mode=ON", "--enforce-gtid-consistency=ON")
  const expected = Array.from({ length: LAST }, (_, at) => at + 1)

  it("when connections are cut at random moments and the consumer is slow", async () => {
    await using server = await startDatabase(flavor, { args })
    await using proxy = await startProxy({ to: server })
    await server.query("CREATE DATABASE shop")
    await server.query("CREATE TABLE shop.seq(id INT PRIMARY KEY, v VARCHAR(200))")
    let batches = 0
    const slow = async () => {
      batches++
      if (batches < 60 && Math.random() < 0.3) proxy.reset()
      await new Promise(setImmediate)
    }
    const options = { gtid, slow, started: () => writeSequence(server) }
    const seen = await follow(sourceOf(server, proxy), options, holdsLast)
    expect(idsOf(seen)).toEqual(expected)
    expect(seen.findLast(isRowsOf("seq"))?.gtid === undefined).toBe(!gtid)
  })

  it("when the source is killed in the middle of a transaction", async () => {
    await using server = await startDatabase(flavor, { args })
    await server.query("CREATE DATABASE shop")
    await server.query("CREATE TABLE shop.seq(id INT PRIMARY KEY, v VARCHAR(200))")
    const [end] = await follow(sourceOf(server), { gtid }, () => true)
    if (end === undefined) throw new Error("no start")
    await writeSequence(server)
    let kills = 3
    const slow = async () => {
      if (kills-- <= 0) return
      await server.kill9()
      await server.restart()
    }
    const from = {
      file: end.file,
      offset: end.offset,
      included: true,
      ...(end.gtid === undefined ? {} : { gtids: end.gtid.executed }),
    }
    const seen = await follow(sourceOf(server), { from, slow }, holdsLast)
    expect(idsOf(seen)).toEqual(expected)
  })
})

/** The codes of the notices published since it was made. */
class Notices implements Disposable {
  readonly codes: unknown[] = []
  readonly #waiting: { readonly code: string; readonly done: () => void }[] = []
  readonly #listen = (message: unknown): void => {
    if (typeof message !== "object" || message === null || !("code" in message)) return
    this.codes.push(message.code)
    for (const { code, done } of this.#waiting) if (code === message.code) done()
  }

  constructor() {
    subscribe("canal:parser", this.#listen)
  }

  next(code: string): Promise<void> {
    return new Promise((done) => this.#waiting.push({ code, done }))
  }

  [Symbol.dispose](): void {
    unsubscribe("canal:parser", this.#listen)
  }
}

describe.each<[Flavor]>([["mysql"], ["mariadb"]])("%s that is away", (flavor) => {
  it("is waited for from the start", async () => {
    await using server = await startDatabase(flavor)
    await server.stop()
    using notices = new Notices()
    const lost = notices.next("disconnected")
    const following = follow(sourceOf(server), {}, () => true)
    await lost
    await server.restart()
    const [first] = await following
    expect(first?.kind).toBe("heartbeat")
    expect(notices.codes).toEqual(["disconnected", "connected", "start"])
  })

  it("is noticed when it hangs, and read on when it is back", async () => {
    await using server = await startDatabase(flavor)
    using notices = new Notices()
    const hang = async () => {
      await server.query("CREATE DATABASE shop")
      await server.query("CREATE TABLE shop.t(id INT)")
      const lost = notices.next("disconnected")
      server.pause()
      await lost
      server.resume()
      await server.query("INSERT INTO shop.t VALUES(1)")
    }
    const seen = await follow(sourceOf(server), { heartbeatPeriod: 0.3, started: hang }, isRowsOf("t"))
    expect(seen.filter(({ kind }) => kind === "ddl")).toHaveLength(2)
  })
})

it("goes back to the begin of the transaction in which a position lies", async () => {
  await using server = await startDatabase("mysql", { args: ["--binlog-rows-query-log-events=ON"] })
  await server.query("CREATE DATABASE shop")
  await server.query("CREATE TABLE shop.t(id INT)")
  const [end] = await follow(sourceOf(server), {}, () => true)
  await server.query("INSERT INTO shop.t VALUES(1)")
  const from = { file: end?.file ?? "", offset: end?.offset ?? 0, included: true }
  const all = await follow(sourceOf(server), { from }, ({ kind }) => kind === "commit")
  const text = all.find(({ kind }) => kind === "statement")
  const inside = { file: from.file, offset: text?.offset ?? 0, included: false }
  const again = await follow(sourceOf(server), { from: inside }, ({ kind }) => kind === "commit")
  expect(all.map(({ kind }) => kind)).toEqual(["heartbeat", "begin", "statement", "rows", "commit"])
  expect(again.slice(1).map(({ offset }) => offset)).toEqual(all.slice(1).map(({ offset }) => offset))
})

it.each<[Flavor]>([["mysql"], ["mariadb"]])(
  "delivers LOAD DATA of %s that is logged as a statement",
  async (flavor) => {
    await using server = await startDatabase(flavor)
    await server.query("CREATE DATABASE shop")
    await server.query("CREATE TABLE shop.loaded(id INT, v VARCHAR(20))")
    const [end] = await follow(sourceOf(server), {}, () => true)
    await server.query("SET GLOBAL local_infile=ON")
    const connection = await server.connect({ database: "shop", flags: ["+LOCAL_FILES"] })
    await connection.query("SET SESSION binlog_format=STATEMENT")
    const sql = "LOAD DATA LOCAL INFILE 'rows.txt' INTO TABLE loaded FIELDS TERMINATED BY ','"
    await connection.query({ sql, infileStreamFactory: () => Readable.from([Buffer.from("1,one\n2,two\n")]) })
    await connection.end()
    const from = { file: end?.file ?? "", offset: end?.offset ?? 0, included: true }
    const seen = await follow(sourceOf(server), { from }, ({ kind }) => kind === "commit")
    expect(seen.map(({ kind }) => kind)).toEqual(["heartbeat", "begin", "statement", "commit"])
    expect(seen[2]).toMatchObject({
      statement: "insert",
      schema: "shop",
      table: "loaded",
      defaultSchema: "shop",
    })
    const text = seen[2]?.kind === "statement" ? seen[2].sql : ""
    expect(text).toMatch(/^LOAD DATA LOCAL INFILE 'rows.txt' IGNORE INTO TABLE `loaded`/)
  },
)

describe("compressed", () => {
  it("transactions of MySQL come whole, in order, with their GTIDs, small and large ones, also with connections cut", async () => {
    await using server = await startDatabase("mysql", {
      args: ["--binlog-transaction-compression=ON", "--gtid-mode=ON", "--enforce-gtid-consistency=ON"],
    })
    await server.query("CREATE DATABASE shop")
    await server.query("CREATE TABLE shop.t(id INT PRIMARY KEY, v VARCHAR(1000))")
    await server.query("CREATE TABLE shop.done(id INT)")
    await using proxy = await startProxy({ to: server })
    const run = async () => {
      await server.query("INSERT INTO shop.t VALUES(-1,'a')")
      await server.query(
        "INSERT INTO shop.t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i, REPEAT('x', 1000) FROM n",
      )
      await server.query("SET SESSION cte_max_recursion_depth = 10000")
      await server.query(
        "INSERT INTO shop.t WITH RECURSIVE n (i) AS (SELECT 2000 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) SELECT i, REPEAT(UUID(), 20) FROM n",
      )
      await server.query("INSERT INTO shop.done VALUES(1)")
    }
    let cuts = 2
    const seeing = (change: Change) => {
      if (isRowsOf("t")(change) && change.values().length > 1 && cuts-- > 0) proxy.reset()
      return undefined
    }
    const seen = await follow(sourceOf(server, proxy), { gtid: true, started: run, seeing }, isRowsOf("done"))
    const rows = seen
      .filter(isRowsOf("t"))
      .flatMap((change) => change.values().map(({ after }) => after?.[0]))
    expect(rows).toEqual([
      -1,
      ...Array.from({ length: 1000 }, (_, i) => i + 1),
      ...Array.from({ length: 4001 }, (_, i) => i + 2000),
    ])
    const groups = new Map<string, Set<number>>()
    for (const { gtid, kind, offset } of seen)
      if (kind !== "heartbeat" && gtid !== undefined)
        groups.set(gtid.current, (groups.get(gtid.current) ?? new Set()).add(offset))
    // All changes of a compressed transaction share one offset and one GTID.
    expect([...groups.values()].map(({ size }) => size)).toEqual([1, 1, 1, 1])
  })

  it("statements and rows of MariaDB are delivered", async () => {
    await using server = await startDatabase("mariadb", {
      args: ["--log-bin-compress=ON", "--log-bin-compress-min-len=10", "--binlog-row-metadata=FULL"],
    })
    await server.query("CREATE DATABASE shop")
    const comment = "c".repeat(300)
    const run = async () => {
      await server.query("CREATE TABLE shop.t(id INT PRIMARY KEY, v TEXT)")
      await server.query(`ALTER TABLE shop.t COMMENT '${comment}'`)
      await server.query("INSERT INTO shop.t VALUES(1,REPEAT('é',5000))")
      await server.query("CREATE TABLE shop.done(id INT)")
      await server.query("INSERT INTO shop.done VALUES(1)")
    }
    const seen = await follow(sourceOf(server), { started: run }, isRowsOf("done"))
    const alter = seen.find((change) => change.kind === "ddl" && change.statement === "alter-table")
    expect(alter).toHaveProperty("sql", `ALTER TABLE shop.t COMMENT '${comment}'`)
    const insert = seen.find(isRowsOf("t"))
    expect(insert?.event.typeCode).toBe(166)
    expect(insert?.values()).toEqual([{ before: undefined, after: [1, "é".repeat(5000)] }])
  })
})
