import { ByteWriter } from "@canal/binlog-protocol"
import type { ChangeOrigin, TransactionGtid } from "@canal/parser"
import type { EventType } from "./entry-format.ts"
import {
  beginLength,
  bytesTag,
  endLength,
  putBytes,
  putVarint,
  varintSize,
  varintTag,
  writeStringField,
  writeVarintField,
} from "./protobuf.ts"

/*
 * Header: 1 version = 1, 2 logfileName, 3 logfileOffset, 4 serverId, 5 serverenCode = UTF-8, 6 executeTime in
 * milliseconds, 7 sourceType = MYSQL, 8 schemaName, 9 tableName, 10 eventLength, 11 eventType (not for begin and
 * end), 12 props, 13 gtid (in GTID mode). Pair, of props: 1 key, 2 value.
 */

const NOTHING = Buffer.alloc(0)

/** Writes headers, each where it is to lie. Keeps from one to the next what neighbours have in common. */
export class HeaderWriter {
  /** Bytes of the header that `put` is to write. */
  length = 0
  #file: string | undefined
  /** Fields 1 and 2, and the tag of 3. */
  readonly #fileFields = new ByteWriter(64)
  #offset = 0
  #serverId = -1
  #timestamp = -1
  /** Fields 4 to 7. */
  readonly #sourceFields = new ByteWriter(64)
  #names: Buffer = NOTHING
  #eventLength = 0
  /** 0 for none. */
  #eventType: EventType | 0 = 0
  #gtid: TransactionGtid | undefined
  readonly #gtidProps = new ByteWriter(256)
  #rows = -1
  readonly #rowsProps = new ByteWriter(32)
  #hasRows = false
  readonly #gtidField = new ByteWriter(256)

  /**
   * Takes what the next header says. `names` are fields 8 and 9 as `namesOf` writes them; `rows` is
   * what the `rowsCount` property says, which only row events have.
   */
  next(
    origin: ChangeOrigin,
    names: Buffer,
    eventType: EventType | undefined,
    rows: number | undefined,
  ): void {
    if (origin.file !== this.#file) this.#useFile(origin.file)
    if (origin.timestamp !== this.#timestamp || origin.serverId !== this.#serverId) this.#useSource(origin)
    if (origin.gtid !== this.#gtid) this.#useGtid(origin.gtid)
    if (rows !== undefined && rows !== this.#rows) this.#useRows(rows)
    this.#offset = origin.offset
    this.#names = names
    this.#eventLength = origin.length
    this.#eventType = eventType ?? 0
    this.#hasRows = rows !== undefined
    this.length =
      this.#fileFields.length +
      varintSize(origin.offset) +
      this.#sourceFields.length +
      names.length +
      1 +
      varintSize(origin.length) +
      (eventType === undefined ? 0 : 2) +
      this.#gtidProps.length +
      (this.#hasRows ? this.#rowsProps.length : 0) +
      this.#gtidField.length
  }

  /** Writes that header at a place that has room for it. Answers where it ends. */
  put(bytes: Buffer, start: number): number {
    const names = this.#names
    let at = putAll(this.#fileFields, bytes, start)
    at = putVarint(bytes, at, this.#offset)
    at = putAll(this.#sourceFields, bytes, at)
    at = putBytes(names, 0, names.length, bytes, at)
    bytes[at++] = varintTag(10)
    at = putVarint(bytes, at, this.#eventLength)
    if (this.#eventType > 0) {
      bytes[at++] = varintTag(11)
      bytes[at++] = this.#eventType
    }
    at = putAll(this.#gtidProps, bytes, at)
    if (this.#hasRows) at = putAll(this.#rowsProps, bytes, at)
    return putAll(this.#gtidField, bytes, at)
  }

  #useFile(file: string): void {
    const fields = this.#fileFields
    fields.reset()
    writeVarintField(varintTag(1), 1, fields)
    writeStringField(bytesTag(2), file, fields)
    fields.byte(varintTag(3))
    this.#file = file
  }

  #useSource({ serverId, timestamp }: ChangeOrigin): void {
    const fields = this.#sourceFields
    fields.reset()
    writeVarintField(varintTag(4), serverId, fields)
    writeStringField(bytesTag(5), "UTF-8", fields)
    writeVarintField(varintTag(6), timestamp * 1000, fields)
    writeVarintField(varintTag(7), 2, fields)
    this.#serverId = serverId
    this.#timestamp = timestamp
  }

  #useRows(rows: number): void {
    this.#rowsProps.reset()
    writeProperty(ROWS_COUNT, String(rows), this.#rowsProps)
    this.#rows = rows
  }

  /** MySQL's transactions have properties too, MariaDB's only the set. */
  #useGtid(gtid: TransactionGtid | undefined): void {
    this.#gtid = gtid
    const props = this.#gtidProps
    const field = this.#gtidField
    props.reset()
    field.reset()
    if (gtid === undefined) return
    if (gtid.sequenceNumber !== undefined && gtid.lastCommitted !== undefined) {
      writeProperty(CURRENT_GTID, gtid.current, props)
      writeProperty(SEQUENCE_NUMBER, String(gtid.sequenceNumber), props)
      writeProperty(LAST_COMMITTED, String(gtid.lastCommitted), props)
    }
    writeStringField(bytesTag(13), gtid.executed, field)
  }
}

function putAll({ bytes, length }: ByteWriter, target: Buffer, at: number): number {
  return putBytes(bytes, 0, length, target, at)
}

/** Field 1 of a property's Pair. */
const ROWS_COUNT = keyField("rowsCount")
const CURRENT_GTID = keyField("curtGtid")
const SEQUENCE_NUMBER = keyField("curtGtidSn")
const LAST_COMMITTED = keyField("curtGtidLct")

function keyField(key: string): Buffer {
  const field = new ByteWriter(32)
  writeStringField(bytesTag(1), key, field)
  return field.copy()
}

/** Appends a Pair of props whose value is ASCII: its lengths are known before it is written. */
function writeProperty(key: Buffer, value: string, out: ByteWriter): void {
  const { length } = value
  out.byte(bytesTag(12))
  out.varint(key.length + 1 + varintSize(length) + length)
  out.copyFrom(key, 0, key.length)
  out.byte(bytesTag(2))
  out.varint(length)
  out.ascii(value)
}

/** Appends schemaName and tableName; what is `undefined` stays absent. Answers `out`. */
export function namesOf(schema: string | undefined, table: string | undefined, out: ByteWriter): ByteWriter {
  if (schema !== undefined) writeStringField(bytesTag(8), schema, out)
  if (table !== undefined) writeStringField(bytesTag(9), table, out)
  return out
}

/** Appends a Pair as a field with that tag. */
export function writePair(tag: number, key: string, value: string, out: ByteWriter): void {
  out.varint(tag)
  const start = beginLength(out, 1)
  writeStringField(bytesTag(1), key, out)
  writeStringField(bytesTag(2), value, out)
  endLength(out, start, 1)
}
