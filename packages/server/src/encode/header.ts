import { ByteWriter } from "@canal/binlog-protocol"
import type { ChangeOrigin, TransactionGtid } from "@canal/parser"
import type { EventType } from "./entry-format.ts"
import {
  beginLength,
  bytesTag,
  endLength,
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

/** Writes headers. Keeps from one to the next what neighbours have in common. */
export class HeaderWriter {
  #file: string | undefined
  /** Fields 1 and 2. */
  readonly #fileFields = new ByteWriter(64)
  #serverId = -1
  #timestamp = -1
  /** Fields 4 to 7. */
  readonly #sourceFields = new ByteWriter(64)
  #gtid: TransactionGtid | undefined
  readonly #gtidProps = new ByteWriter(256)
  readonly #gtidField = new ByteWriter(256)

  /**
   * Appends a header's fields. `names` are fields 8 and 9 as `namesOf` writes them; `rows` is what the `rowsCount`
   * property says, which only row events have.
   */
  write(
    origin: ChangeOrigin,
    names: Buffer,
    eventType: EventType | undefined,
    rows: number | undefined,
    out: ByteWriter,
  ): void {
    if (origin.file !== this.#file) this.#useFile(origin.file)
    append(this.#fileFields, out)
    writeVarintField(varintTag(3), origin.offset, out)
    if (origin.timestamp !== this.#timestamp || origin.serverId !== this.#serverId) this.#useSource(origin)
    append(this.#sourceFields, out)
    out.copyFrom(names, 0, names.length)
    writeVarintField(varintTag(10), origin.length, out)
    if (eventType !== undefined) writeVarintField(varintTag(11), eventType, out)
    if (origin.gtid !== this.#gtid) this.#useGtid(origin.gtid)
    append(this.#gtidProps, out)
    if (rows !== undefined) writeProperty(ROWS_COUNT, String(rows), out)
    append(this.#gtidField, out)
  }

  #useFile(file: string): void {
    const fields = this.#fileFields
    fields.reset()
    writeVarintField(varintTag(1), 1, fields)
    writeStringField(bytesTag(2), file, fields)
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

function append({ bytes, length }: ByteWriter, out: ByteWriter): void {
  out.copyFrom(bytes, 0, length)
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
