import { deflateSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { BinlogDecoder } from "../decoder/binlog-decoder.ts"
import { eventBytes } from "../testing/event-bytes.ts"
import type { BinlogEvent } from "./binlog-event.ts"
import { decompressEnd } from "./mariadb-compression.ts"
import { EventTypeCode } from "./type-code.ts"

/** `plain` as MariaDB compresses it, its length in `size` bytes. */
function compressed(plain: Buffer, size = 2, announced = plain.length): Buffer {
  const length = Buffer.alloc(size)
  length.writeUIntBE(announced, 0, size)
  return Buffer.concat([Buffer.of(0x80 | size), length, deflateSync(plain)])
}

function decompress(bytes: Buffer): Buffer {
  return decompressEnd(Buffer.concat([Buffer.of(1, 2), bytes]), 2, 2 + bytes.length)
}

describe("decompressEnd", () => {
  test.each([1, 2, 3, 4])("reads a length of %i bytes", (size) => {
    expect(decompress(compressed(Buffer.from("plain"), size)).toString()).toBe("plain")
  })

  test("reads what was long and what was nothing", () => {
    const long = Buffer.alloc(3_000_000, "ab")
    expect(decompress(compressed(long, 4)).equals(long)).toBe(true)
    expect(decompress(compressed(Buffer.alloc(0), 1)).length).toBe(0)
  })

  test.each<[string, Buffer]>([
    ["nothing", Buffer.alloc(0)],
    ["an unknown header", Buffer.of(0x02, 0, 5, 1)],
    ["a length of no bytes", Buffer.of(0x80, 5, 1)],
    ["a length of 5 bytes", Buffer.concat([Buffer.of(0x85, 0, 0, 0, 0, 5), deflateSync(Buffer.alloc(5))])],
    ["another algorithm", Buffer.concat([Buffer.of(0x91, 5), deflateSync(Buffer.alloc(5))])],
    ["no zlib", Buffer.of(0x81, 5, 1, 2, 3, 4)],
    ["a length cut off", Buffer.of(0x84, 5)],
    ["less than announced", compressed(Buffer.alloc(5), 1, 6)],
    ["more than announced", compressed(Buffer.alloc(50_000), 1, 6)],
    ["more announced than can be in it", compressed(Buffer.alloc(5), 4, 0xffff_ffff)],
  ])("refuses %s", (_, bytes) => {
    expect(() => decompress(bytes)).toThrowError(expect.objectContaining({ code: "MALFORMED" }))
  })
})

function decode(...events: readonly Buffer[]): readonly BinlogEvent[] {
  const out: BinlogEvent[] = []
  const decoder = new BinlogDecoder()
  for (const bytes of events) decoder.decode(bytes, 0, bytes.length, out)
  return out
}

/** Table 7, `s`.`t`, of two columns INT. */
const tableMap = eventBytes({
  type: EventTypeCode.TABLE_MAP,
  body: Buffer.from("070000000000 0100 01 73 00 01 74 00 02 03 03 00 00".replaceAll(" ", ""), "hex"),
})
const image = Buffer.from("00 01000000 02000000".replaceAll(" ", ""), "hex")
const idAndFlags = Buffer.from("0700000000000100", "hex")

describe("rows", () => {
  test.each([
    ["insert", EventTypeCode.MARIADB_WRITE_ROWS_COMPRESSED_V1, "", "0203"],
    ["delete", EventTypeCode.MARIADB_DELETE_ROWS_COMPRESSED_V1, "", "0203"],
    ["update", EventTypeCode.MARIADB_UPDATE_ROWS_COMPRESSED_V1, "", "020301"],
    ["insert", EventTypeCode.MARIADB_WRITE_ROWS_COMPRESSED, "0200", "0203"],
    ["delete", EventTypeCode.MARIADB_DELETE_ROWS_COMPRESSED, "0200", "0203"],
    ["update", EventTypeCode.MARIADB_UPDATE_ROWS_COMPRESSED, "0200", "020301"],
  ])("of a compressed %s of type %i are those that were compressed", (kind, type, extra, columns) => {
    const head = Buffer.concat([idAndFlags, Buffer.from(extra + columns, "hex")])
    const rows = Buffer.concat([image, image])
    const [, event] = decode(tableMap, eventBytes({ type, body: Buffer.concat([head, compressed(rows)]) }))
    expect(event).toMatchObject({ type: "rows", kind, table: { table: "t" }, rows })
  })

  test.each([
    ["insert", EventTypeCode.WRITE_ROWS_V0],
    ["update", EventTypeCode.UPDATE_ROWS_V0],
    ["delete", EventTypeCode.DELETE_ROWS_V0],
  ])("of an old %s have one bitmap of columns", (kind, type) => {
    const rows = Buffer.concat([image, image])
    const body = Buffer.concat([idAndFlags, Buffer.from("0203", "hex"), rows])
    const [, event] = decode(tableMap, eventBytes({ type, body }))
    expect(event).toMatchObject({ type: "rows", kind, rows })
    if (event?.type !== "rows") return
    const columns = Uint8Array.of(3)
    expect(event.beforeColumns).toEqual(kind === "insert" ? undefined : columns)
    expect(event.afterColumns).toEqual(kind === "delete" ? undefined : columns)
  })

  test("that cannot be decompressed are refused, naming the place", () => {
    const body = Buffer.concat([idAndFlags, Buffer.from("020381050102", "hex")])
    const type = EventTypeCode.MARIADB_WRITE_ROWS_COMPRESSED_V1
    expect(() => decode(tableMap, eventBytes({ type, body }))).toThrowError(/event of type 166 at :/)
  })
})

test("a compressed statement is read in the character set of its session", () => {
  const variables = Buffer.from("04 0800 0800 0800".replaceAll(" ", ""), "hex")
  const head = Buffer.alloc(13)
  head.writeUInt32LE(9, 0)
  head.writeUInt8(1, 8)
  head.writeUInt16LE(variables.length, 11)
  const body = Buffer.concat([
    head,
    variables,
    Buffer.from("d\0"),
    compressed(Buffer.from("CREATE TABLE caf\xe9(a INT)", "latin1")),
  ])
  expect(decode(eventBytes({ type: EventTypeCode.MARIADB_QUERY_COMPRESSED, body }))).toMatchObject([
    { type: "query", threadId: 9, schema: "d", sql: "CREATE TABLE café(a INT)" },
  ])
})
