import { ByteReader } from "../bytes/byte-reader.ts"
import { readInt64, readUInt8 } from "../bytes/read.ts"
import { charsetOf } from "../value/charset.ts"
import { decimalCodec } from "../value/decimal.ts"
import type { EventBase } from "./event.ts"

/** USER_VAR: a user variable that the next statement reads. */
export interface UserVarEvent extends EventBase {
  readonly type: "user-var"
  /** Without the @. */
  readonly name: string
  readonly valueType: "null" | "string" | "real" | "integer" | "decimal"
  /** `null` for NULL; a decimal is text. */
  readonly value: null | string | number | bigint
}

/*
 * 4 name length · name · 1 is NULL; else 1 type (0 string, 1 double, 2 integer, 4 decimal) · 4 collation ·
 * 4 value length · value (a decimal: 1 precision, 1 scale, its bytes as in a row) · 1 flags (bit 0: unsigned), not from very old sources.
 */
export function decodeUserVar(base: EventBase, bytes: Buffer, start: number, end: number): UserVarEvent {
  const reader = new ByteReader(bytes, start, end, "USER_VAR")
  const name = reader.utf8(reader.uint32())
  if (reader.uint8() !== 0) return { ...base, type: "user-var", name, valueType: "null", value: null }
  const type = reader.uint8()
  const collation = reader.uint32()
  const length = reader.uint32()
  const at = reader.take(length)
  const unsigned = reader.remaining > 0 && (reader.uint8() & 1) === 1
  if (type === 0) {
    const value = charsetOf(collation).decode(bytes, at, at + length)
    return { ...base, type: "user-var", name, valueType: "string", value }
  }
  if (type === 1 && length === 8)
    return { ...base, type: "user-var", name, valueType: "real", value: bytes.readDoubleLE(at) }
  if (type === 2 && length === 8) {
    const value = unsigned ? new ByteReader(bytes, at, at + 8, "USER_VAR").uint64() : readInt64(bytes, at)
    return { ...base, type: "user-var", name, valueType: "integer", value }
  }
  if (type === 4 && length >= 2) {
    const codec = decimalCodec((readUInt8(bytes, at) << 8) | readUInt8(bytes, at + 1))
    if (codec.width === length - 2) {
      const value = codec.read(bytes, at + 2, at + length)
      if (typeof value === "string") return { ...base, type: "user-var", name, valueType: "decimal", value }
    }
  }
  throw reader.malformed(`a value of type ${type} and length ${length}`)
}
