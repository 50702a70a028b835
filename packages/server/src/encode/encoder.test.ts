import { BINARY_COLLATION, ColumnType } from "@canal/binlog-protocol"
import type { Change, RowsChange } from "@canal/parser"
import protobuf from "protobufjs"
import { expect, test } from "vitest"
import type { EncodedEntry } from "./encoded-entry.ts"
import { createEncoder } from "./encoder.ts"
import { ALL, columnOf, ORIGIN, rowsOf, tableOf } from "../testing/tables.ts"

/** EntryProtocol as protobufjs needs it to write the same bytes: every field that is set is written. */
const { root } = protobuf.parse(`
  syntax = "proto2";
  message Entry { optional Header header = 1; optional int32 entryType = 2; optional bytes storeValue = 3; }
  message Header {
    optional int32 version = 1; optional string logfileName = 2; optional int64 logfileOffset = 3;
    optional int64 serverId = 4; optional string serverenCode = 5; optional int64 executeTime = 6;
    optional int32 sourceType = 7; optional string schemaName = 8; optional string tableName = 9;
    optional int64 eventLength = 10; optional int32 eventType = 11; repeated Pair props = 12;
    optional string gtid = 13;
  }
  message Column {
    optional int32 index = 1; optional int32 sqlType = 2; optional string name = 3; optional bool isKey = 4;
    optional bool updated = 5; optional bool isNull = 6; optional string value = 8; optional string mysqlType = 10;
  }
  message RowData { repeated Column beforeColumns = 1; repeated Column afterColumns = 2; }
  message RowChange {
    optional int64 tableId = 1; optional int32 eventType = 2; optional bool isDdl = 10; optional string sql = 11;
    repeated RowData rowDatas = 12; repeated Pair props = 13; optional string ddlSchemaName = 14;
  }
  message TransactionBegin { repeated Pair props = 3; optional int64 threadId = 4; }
  message TransactionEnd { optional string transactionId = 2; repeated Pair props = 3; }
  message Pair { optional string key = 1; optional string value = 2; }
`)

type Message = Readonly<Record<string, unknown>>

function encode(type: string, message: Message): Uint8Array {
  return root.lookupType(type).encode(message).finish()
}

function expected(storeType: string, storeValue: Message, header: Message = {}): Buffer {
  const entryType = { TransactionBegin: 1, RowChange: 2, TransactionEnd: 3 }[storeType]
  const bytes = encode("Entry", {
    header: {
      version: 1,
      logfileName: ORIGIN.file,
      logfileOffset: ORIGIN.offset,
      serverId: ORIGIN.serverId,
      serverenCode: "UTF-8",
      executeTime: ORIGIN.timestamp * 1000,
      sourceType: 2,
      schemaName: "",
      tableName: "",
      eventLength: ORIGIN.length,
      ...header,
    },
    entryType,
    storeValue: encode(storeType, storeValue),
  })
  return Buffer.from(bytes)
}

function encodeOne(change: Change): EncodedEntry {
  const [entry, ...others] = createEncoder().encode([change])
  expect(others).toEqual([])
  if (entry === undefined) throw new Error("No entry was made")
  return entry
}

test("begin and end", () => {
  const begin = encodeOne({ ...ORIGIN, kind: "begin", threadId: 18, xid: undefined })
  expect(begin.bytes).toEqual(expected("TransactionBegin", { threadId: 18 }))
  expect(begin).toMatchObject({
    kind: "begin",
    ackable: true,
    gtid: "",
    timestamp: 1_795_366_829_000,
    rows: 0,
  })
  const end = encodeOne({ ...ORIGIN, kind: "commit", transactionId: "383", xid: undefined })
  expect(end.bytes).toEqual(expected("TransactionEnd", { transactionId: "383" }))
  expect(end).toMatchObject({ kind: "end", ackable: true, table: "" })
})

test("a begin without thread is empty", () => {
  const begin = encodeOne({ ...ORIGIN, kind: "begin", threadId: undefined, xid: undefined })
  expect(begin.bytes).toEqual(expected("TransactionBegin", {}))
})

function xaProps(type: string): Message[] {
  return [
    { key: "XA_TYPE", value: type },
    { key: "XA_XID", value: " X'78',X'',1" },
  ]
}

test("XA", () => {
  const xid = " X'78',X'',1"
  const begin = encodeOne({ ...ORIGIN, kind: "begin", threadId: 0, xid })
  expect(begin.bytes).toEqual(expected("TransactionBegin", { props: xaProps("XA START"), threadId: 0 }))
  const end = encodeOne({ ...ORIGIN, kind: "commit", transactionId: "0", xid })
  expect(end.bytes).toEqual(expected("TransactionEnd", { transactionId: "0", props: xaProps("XA END") }))
  const sql = `XA ROLLBACK${xid}`
  const verdict = encodeOne({ ...ORIGIN, kind: "xa", verdict: "rollback", xid, sql })
  const rowChange = { eventType: 14, sql, props: xaProps("XA ROLLBACK") }
  expect(verdict.bytes).toEqual(expected("RowChange", rowChange, { eventType: 14 }))
})

test("statements", () => {
  const sql = "ALTER TABLE t ADD é INT"
  const ddl = { ...ORIGIN, kind: "ddl", statement: "alter-table", schema: "s", table: "t", sql } as const
  const alter = encodeOne({ ...ddl, defaultSchema: "d" })
  expect(alter.bytes).toEqual(
    expected(
      "RowChange",
      { eventType: 5, isDdl: true, sql, ddlSchemaName: "d" },
      { schemaName: "s", tableName: "t", eventType: 5 },
    ),
  )
  expect(alter).toMatchObject({ kind: "rows", ackable: true, ddl: true, table: "s.t" })

  const unknown = encodeOne({
    ...ddl,
    statement: "other",
    schema: undefined,
    table: undefined,
    defaultSchema: "",
  })
  const unnamed = { schemaName: undefined, tableName: undefined, eventType: 7 }
  expect(unknown.bytes).toEqual(expected("RowChange", { eventType: 7, isDdl: true, sql }, unnamed))
  expect(unknown).toMatchObject({ ackable: false, ddl: false, table: "" })

  const statement = {
    ...ORIGIN,
    kind: "statement",
    schema: "s",
    table: "t",
    sql,
    defaultSchema: "s",
  } as const
  const insert = encodeOne({ ...statement, statement: "insert" })
  expect(insert.bytes).toEqual(
    expected(
      "RowChange",
      { eventType: 1, isDdl: false, sql, ddlSchemaName: "s" },
      { schemaName: "s", tableName: "t", eventType: 1 },
    ),
  )
  const helper = encodeOne({ ...statement, statement: "other", schema: "", table: "" })
  expect(helper.bytes).toEqual(expected("RowChange", { eventType: 7, sql }, { eventType: 7 }))
})

test("a heartbeat makes no entry", () => {
  expect(createEncoder().encode([{ ...ORIGIN, kind: "heartbeat" }])).toHaveLength(0)
})

test("GTIDs stand in every header; rowsCount behind their properties", () => {
  const gtid = { executed: "u:1-8", current: "u:8", sequenceNumber: 6, lastCommitted: 5 }
  const props = [
    { key: "curtGtid", value: "u:8" },
    { key: "curtGtidSn", value: "6" },
    { key: "curtGtidLct", value: "5" },
  ]
  const encoder = createEncoder()
  const [begin, rows, next] = encoder.encode([
    { ...ORIGIN, kind: "begin", threadId: 1, xid: undefined, gtid },
    { ...insertOf(Buffer.from([0, 1, 0, 0, 0])), gtid },
    {
      ...ORIGIN,
      kind: "begin",
      threadId: 1,
      xid: undefined,
      gtid: { ...gtid, executed: "0-1-9", sequenceNumber: undefined },
    },
  ])
  expect(begin?.bytes).toEqual(expected("TransactionBegin", { threadId: 1 }, { props, gtid: "u:1-8" }))
  expect(begin).toMatchObject({ ackable: false, gtid: "u:1-8" })
  const columns = [
    {
      index: 0,
      sqlType: 4,
      name: "id",
      isKey: true,
      updated: true,
      isNull: false,
      value: "1",
      mysqlType: "int",
    },
  ]
  expect(rows?.bytes).toEqual(
    expected(
      "RowChange",
      { tableId: 249, eventType: 1, isDdl: false, rowDatas: [{ afterColumns: columns }] },
      {
        schemaName: "gt",
        tableName: "t",
        eventType: 1,
        props: [...props, { key: "rowsCount", value: "1" }],
        gtid: "u:1-8",
      },
    ),
  )
  expect(next?.bytes).toEqual(expected("TransactionBegin", { threadId: 1 }, { gtid: "0-1-9" }))
})

function lengthOf(length: number): Buffer {
  const prefix = Buffer.alloc(4)
  prefix.writeUInt32LE(length)
  return prefix
}

function insertOf(rows: Buffer): RowsChange {
  const table = tableOf([columnOf(ColumnType.LONG, 0)], ["int"])
  return rowsOf(table, { kind: "insert", beforeColumns: undefined, afterColumns: ALL, rows })
}

test("values of every length, so that every length before them takes every width", () => {
  const table = tableOf(
    [
      columnOf(ColumnType.LONG, 0, { unsigned: true }),
      columnOf(ColumnType.BLOB, 4, { collation: 45 }),
      columnOf(ColumnType.BLOB, 4, { collation: BINARY_COLLATION }),
    ],
    ["int unsigned", "longtext", "longblob"],
  )
  const written = { updated: true, isNull: false }
  const encoder = createEncoder()
  const sizes = [
    0, 1, 50, 90, 110, 127, 128, 129, 200, 16_100, 16_300, 16_383, 16_384, 16_385, 3, 2_097_000, 2_097_152, 0,
  ]
  for (const size of sizes) {
    const text = Buffer.from("é".repeat(size >> 1).padEnd(size - (size >> 1), "x"))
    const bytes = Buffer.alloc(size, 0xe9)
    const row = (id: number): Buffer => {
      const head = Buffer.from([0, 0, 0, 0, 0])
      head.writeUInt32LE(id, 1)
      return Buffer.concat([head, lengthOf(text.length), text, lengthOf(size), bytes])
    }
    const rows = Buffer.concat([row(7), row(4_294_967_295), row(8)])
    const change = rowsOf(table, { kind: "insert", beforeColumns: undefined, afterColumns: ALL, rows })
    const columns = (id: number): Message[] => [
      {
        index: 0,
        sqlType: id > 2 ** 31 ? -5 : 4,
        name: "id",
        isKey: true,
        value: String(id),
        ...written,
        mysqlType: "int unsigned",
      },
      {
        index: 1,
        sqlType: 2005,
        name: "c1",
        isKey: false,
        value: text.toString(),
        ...written,
        mysqlType: "longtext",
      },
      {
        index: 2,
        sqlType: 2004,
        name: "c2",
        isKey: false,
        value: bytes.toString("latin1"),
        ...written,
        mysqlType: "longblob",
      },
    ]
    const rowDatas = [7, 4_294_967_295, 8].map((id) => ({ afterColumns: columns(id) }))
    const wanted = expected(
      "RowChange",
      { tableId: 249, eventType: 1, isDdl: false, rowDatas },
      { schemaName: "gt", tableName: "t", eventType: 1, props: [{ key: "rowsCount", value: "3" }] },
    )
    const [entry] = encoder.encode([change])
    expect(entry?.bytes.equals(wanted)).toBe(true)
    expect(entry?.rows).toBe(3)
  }
})

test("an update says which columns it changed; a column absent before counts as changed", () => {
  const table = tableOf(
    [
      columnOf(ColumnType.LONG, 0),
      columnOf(ColumnType.TINY, 0),
      columnOf(ColumnType.TINY, 0),
      columnOf(ColumnType.TINY, 0),
      columnOf(ColumnType.SET, 1),
      columnOf(ColumnType.JSON, 4),
    ],
    ["int", "tinyint", "tinyint", "tinyint", "set('a')", "json"],
  )
  // Before: id 1, c1 5, c2 NULL. After: all but id; c1 6, c2 NULL, c3 7, c4 NULL, c5 NULL.
  const rows = Buffer.from([0b100, 1, 0, 0, 0, 5, 0b11010, 6, 7])
  const change = rowsOf(table, {
    kind: "update",
    beforeColumns: Uint8Array.of(0b000111),
    afterColumns: Uint8Array.of(0b111110),
    rows,
  })
  const base = { isKey: false, updated: false, isNull: false }
  const beforeColumns = [
    { ...base, index: 0, sqlType: 4, name: "id", isKey: true, value: "1", mysqlType: "int" },
    { ...base, index: 1, sqlType: -6, name: "c1", value: "5", mysqlType: "tinyint" },
    { ...base, index: 2, sqlType: -6, name: "c2", isNull: true, mysqlType: "tinyint" },
  ]
  const afterColumns = [
    { ...base, index: 1, sqlType: -6, name: "c1", updated: true, value: "6", mysqlType: "tinyint" },
    { ...base, index: 2, sqlType: -6, name: "c2", isNull: true, mysqlType: "tinyint" },
    { ...base, index: 3, sqlType: -6, name: "c3", updated: true, value: "7", mysqlType: "tinyint" },
    { ...base, index: 4, sqlType: 2004, name: "c4", updated: true, isNull: true, mysqlType: "set('a')" },
    { ...base, index: 5, sqlType: 1111, name: "c5", updated: true, isNull: true, mysqlType: "json" },
  ]
  expect(encodeOne(change).bytes).toEqual(
    expected(
      "RowChange",
      { tableId: 249, eventType: 2, isDdl: false, rowDatas: [{ beforeColumns, afterColumns }] },
      { schemaName: "gt", tableName: "t", eventType: 2, props: [{ key: "rowsCount", value: "1" }] },
    ),
  )
})

test("TIMESTAMP is written in the encoder's time zone", () => {
  const table = tableOf([columnOf(ColumnType.TIMESTAMP2, 3)], ["timestamp(3)"])
  // 2025-07-15 12:00:00.120 UTC.
  const rows = Buffer.from([0, 0x68, 0x76, 0x42, 0xc0, 0x04, 0xb0])
  const change = rowsOf(table, { kind: "insert", beforeColumns: undefined, afterColumns: ALL, rows })
  const textIn = (timeZone: string): string | undefined =>
    /20\d\d-[\d-]+ [\d:.]+/.exec(
      createEncoder({ timeZone }).encode([change]).at(0)?.bytes.toString("latin1") ?? "",
    )?.[0]
  expect(textIn("UTC")).toBe("2025-07-15 12:00:00.120")
  expect(textIn("Europe/Berlin")).toBe("2025-07-15 14:00:00.120")
  expect(textIn("Asia/Kolkata")).toBe("2025-07-15 17:30:00.120")
  expect(() => createEncoder({ timeZone: "Nowhere" })).toThrow(RangeError)
})

test("a row that is cut off is refused", () => {
  expect(() => encodeOne(insertOf(Buffer.from([0, 1, 0, 0])))).toThrow(
    expect.objectContaining({ code: "TRUNCATED" }),
  )
})
