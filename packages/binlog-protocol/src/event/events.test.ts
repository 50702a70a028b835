import { describe, expect, test } from "vitest"
import { BinlogDecoder } from "../decoder/binlog-decoder.ts"
import { eventBytes } from "../testing/event-bytes.ts"
import { allEvents, eventsOf, recordingPath } from "../testing/recordings.ts"
import { ColumnType } from "../value/column-type.ts"
import type { BinlogEvent } from "./binlog-event.ts"
import { formatXaId } from "./xa-id.ts"

/** One event out of its body in hexadecimal. */
function decode(type: number, hex: string): BinlogEvent | undefined {
  const out: BinlogEvent[] = []
  const bytes = eventBytes({ type, body: Buffer.from(hex.replaceAll(/\s/g, ""), "hex"), serverId: 9 })
  new BinlogDecoder({ file: "b.1" }).decode(bytes, 0, bytes.length, out)
  return out[0]
}

function events(recording: string): Promise<readonly BinlogEvent[]> {
  return allEvents(recordingPath(recording), { file: "binlog.000001" })
}

const UUID = "33f5c404-e696-11f1-8605-02fc00000001"

describe("GTID", () => {
  test("of MySQL 9.7, with both commit timestamps the same", () => {
    const body =
      "0033f5c404e69611f1860502fc00000001100000000000000002020000000000000003000000000000001423a86ae06006fc170150620100"
    expect(decode(33, body)).toMatchObject({
      type: "gtid",
      gtid: { sourceId: UUID, tag: "", sequence: 16 },
      mayHaveStatements: false,
      lastCommitted: 2,
      sequenceNumber: 3,
      immediateCommitTimestamp: 0x0660e06aa82314,
      originalCommitTimestamp: 0x0660e06aa82314,
      transactionLength: 0x117,
    })
    expect(decode(34, body)).toMatchObject({ type: "gtid", gtid: undefined, sequenceNumber: 3 })
  })

  test("with an original commit timestamp of its own", () => {
    const head = "0133f5c404e69611f1860502fc00000001100000000000000002020000000000000003000000000000 00"
    expect(decode(33, `${head} 1423a86ae06086 1323a86ae06006 50`)).toMatchObject({
      mayHaveStatements: true,
      immediateCommitTimestamp: 0x0660e06aa82314,
      originalCommitTimestamp: 0x0660e06aa82313,
      transactionLength: 0x50,
    })
  })

  test("of MySQL 5.6, which ends behind the sequence", () => {
    expect(decode(33, "0133f5c404e69611f1860502fc000000011000000000000000")).toMatchObject({
      gtid: { sequence: 16 },
      lastCommitted: 0,
      immediateCommitTimestamp: undefined,
      transactionLength: undefined,
    })
  })

  test("with a tag", () => {
    const body =
      "02780000000266d5031103089903590222c50319020a04f103000000020404060e7461675f6f6e6508140a200c7f5596d16ae0600610b1041283120b"
    expect(decode(42, body)).toMatchObject({
      type: "gtid",
      gtid: { sourceId: UUID, tag: "tag_one", sequence: 1 },
      lastCommitted: 5,
      sequenceNumber: 8,
      immediateCommitTimestamp: 0x0660e06ad19655,
      originalCommitTimestamp: 0x0660e06ad19655,
      transactionLength: 300,
    })
  })

  test("of MariaDB: single statement, transaction, XA", () => {
    expect(decode(162, "0700000000000000 05000000 29 000000000000")).toMatchObject({
      type: "mariadb-gtid",
      gtid: { domain: 5, serverId: 9, sequence: 7 },
      standalone: true,
      transactional: false,
      ddl: true,
      xa: undefined,
    })
    expect(decode(162, "0700000000000000 05000000 0e 0102030405060708")).toMatchObject({
      standalone: false,
      transactional: true,
      xid: undefined,
    })
    const xid = { formatId: 1, globalId: "7831", branchId: "62" }
    expect(decode(162, "0700000000000000 05000000 4c 01000000 02 01 783162")).toMatchObject({
      xa: "prepared",
      xid,
    })
    expect(decode(162, "0700000000000000 05000000 87 0102030405060708 01000000 02 01 783162")).toMatchObject({
      xa: "completed",
      xid,
    })
    expect(formatXaId(xid)).toBe("X'7831',X'62',1")
  })

  test("the sets before a file", async () => {
    expect(eventsOf(await events("gtid-mysql"), "previous-gtids")[0]?.gtids.toString()).toMatch(
      /^[0-9a-f-]{36}:1/,
    )
    expect(eventsOf(await events("types-mariadb"), "mariadb-gtid-list")[0]?.gtids.toString()).toMatch(
      /^0-\d+-\d+$/,
    )
  })
})

describe("statements", () => {
  test("their text, schema and session", async () => {
    const queries = eventsOf(await events("statements-mysql"), "query")
    expect(queries.filter(({ sql }) => sql === "BEGIN").length).toBeGreaterThan(5)
    const create = queries.find(({ sql }) => sql.startsWith("CREATE TABLE"))
    expect(create?.errorCode).toBe(0)
    expect(create?.variables.clientCollation).toBeGreaterThan(0)
    expect(create?.schema).not.toBe("")
    expect(create?.threadId).toBeGreaterThan(0)
  })

  test("are read in the client's character set", () => {
    // Status variables: 4 charset, client latin1_swedish_ci (8).
    expect(decode(2, "01000000 00000000 01 0000 0700 04 0800 0800 0800 73 00 e9")).toMatchObject({
      sql: "é",
      schema: "s",
    })
  })

  test("helper events of statement format", async () => {
    const mysql = await events("statements-mysql")
    expect(eventsOf(mysql, "user-var")).toMatchObject([{ name: "u", valueType: "string", value: "uservar" }])
    expect(eventsOf(mysql, "random")).toHaveLength(1)
    expect(eventsOf(mysql, "rows-query")[0]?.sql).toMatch(/\w/)
    expect(eventsOf(await events("statements-mariadb"), "annotate-rows")[0]?.sql).toMatch(
      /^(insert|update|delete)/i,
    )
    expect(decode(5, "02 0500000000000000")).toMatchObject({
      type: "int-var",
      variable: "INSERT_ID",
      value: 5,
    })
    expect(decode(5, "01 ffffffffffffffff")).toMatchObject({
      variable: "LAST_INSERT_ID",
      value: 18446744073709551615n,
    })
  })

  test.each([
    ["01000000 75 01", "null", null],
    ["01000000 75 00 01 3f000000 08000000 000000000000f83f 00", "real", 1.5],
    ["01000000 75 00 02 3f000000 08000000 ffffffffffffffff 00", "integer", -1],
    ["01000000 75 00 02 3f000000 08000000 ffffffffffffffff 01", "integer", 18446744073709551615n],
    ["01000000 75 00 04 3f000000 04000000 04 02 8c 22 00", "decimal", "12.34"],
  ])("user variable %#", (hex, valueType, value) => {
    expect(decode(14, hex)).toMatchObject({ name: "u", valueType, value })
  })
})

test("transactions end, and XA ones are prepared", async () => {
  const mysql = await events("statements-mysql")
  expect(eventsOf(mysql, "xid")[0]?.xid).toBeGreaterThan(0)
  const prepared = eventsOf(mysql, "xa-prepare").map(({ onePhase, xid }) => [onePhase, formatXaId(xid)])
  expect(prepared).toContainEqual([false, "X'7831',X'',1"])
  expect(prepared.some(([onePhase]) => onePhase)).toBe(true)
})

describe("table maps with full row metadata", () => {
  test("name every column and the key, sign, charset and labels", async () => {
    const tables = eventsOf(await events("types-mysql"), "table-map").map(({ table }) => table)
    const ints = tables.find(({ table }) => table === "ints")
    expect(ints?.columns[0]).toMatchObject({
      type: ColumnType.LONG,
      name: "id",
      unsigned: false,
      nullable: false,
    })
    expect(ints?.primaryKey).toEqual([0])
    expect(ints?.columns.filter(({ unsigned }) => unsigned === true).length).toBeGreaterThan(3)
    const choices = tables.flatMap(({ columns }) => columns.filter(({ labels }) => labels !== undefined))
    expect(choices.map(({ type }) => type)).toEqual(expect.arrayContaining([ColumnType.ENUM, ColumnType.SET]))
    for (const { columns } of tables)
      for (const { name, type, collation } of columns) {
        expect(name).toBeDefined()
        expect(collation !== undefined).toBe(
          [ColumnType.STRING, ColumnType.VARCHAR, ColumnType.BLOB, ColumnType.ENUM, ColumnType.SET].some(
            (known) => known === type,
          ),
        )
      }
  })

  test("tell vectors, invisible columns and names beyond ASCII", async () => {
    const vector = eventsOf(await events("stops/vector-mysql.binlog"), "table-map")
    const vectors = vector.flatMap(({ table }) =>
      table.columns.filter(({ type }) => type === ColumnType.VECTOR),
    )
    expect(vectors[0]).toMatchObject({ metadata: 4, vectorDimensions: 3 })
    const invisible = eventsOf(await events("stops/invisible-mysql.binlog"), "table-map")
    expect(invisible.some(({ table }) => table.columns.some(({ visible }) => visible === false))).toBe(true)
    const names = eventsOf(await events("stops/unicode-names-mysql.binlog"), "table-map")
    expect(names[0]?.table.columns.some(({ name }) => /[^\0-\x7f]/.test(name ?? ""))).toBe(true)
  })
})

describe("EXECUTE_LOAD_QUERY", () => {
  test("is a statement with something about its file in between", () => {
    const body = "07000000 00000000 02 0000 0000 01000000 09000000 0c000000 01 6462 00 4c4f414420444154412031"
    expect(decode(18, body)).toMatchObject({
      type: "query",
      threadId: 7,
      schema: "db",
      sql: "LOAD DATA 1",
    })
  })
})

describe("LOAD DATA of old servers", () => {
  const fixed = "07000000 00000000 00000000 01 02 02000000"
  const names = "01 02 6100 626200 7400 646200"

  test("LOAD, with separators of one character", () => {
    expect(decode(6, `${fixed} 2c 22 0a 00 5c 00 00 ${names} 2f746d702f66`)).toMatchObject({
      type: "load-data",
      threadId: 7,
      schema: "db",
      table: "t",
      columns: ["a", "bb"],
      fileName: "/tmp/f",
      fileId: undefined,
      block: undefined,
    })
  })

  test("NEW_LOAD, with separators of any length", () => {
    expect(decode(12, `${fixed} 02 2c2c 00 01 0a 00 01 5c 00 ${names} 2f746d702f6600`)).toMatchObject({
      type: "load-data",
      table: "t",
      fileName: "/tmp/f",
    })
  })

  test("CREATE_FILE, with the first part of the file", () => {
    expect(
      decode(8, `${fixed} 05000000 02 2c2c 00 01 0a 00 01 5c 00 ${names} 6600 312c320a00`),
    ).toMatchObject({
      type: "load-data",
      fileName: "f",
      fileId: 5,
      block: Buffer.from("1,2\n\0"),
    })
  })

  test("the other parts of a file, and its end", () => {
    expect(decode(17, "05000000 6162")).toMatchObject({
      type: "load-block",
      fileId: 5,
      begins: true,
      block: Buffer.from("ab"),
    })
    expect(decode(9, "05000000 6364")).toMatchObject({ type: "load-block", fileId: 5, begins: false })
    expect(decode(10, "05000000")).toMatchObject({ type: "load-end", fileId: 5, executes: true })
    expect(decode(11, "05000000")).toMatchObject({ type: "load-end", fileId: 5, executes: false })
  })

  test("a count of columns beyond the event is refused", () => {
    expect(() => decode(6, "07000000 00000000 00000000 01 02 ffffffff 2c 22 0a 00 5c 00 00")).toThrowError(
      expect.objectContaining({ code: "TRUNCATED" }),
    )
  })
})
