import {
  readInt16,
  readInt24,
  readInt32,
  readInt64,
  readInt8,
  readUInt16,
  readUInt24,
  readUInt32,
  readUInt64,
  readUInt8,
} from "../bytes/read.ts"
import type { ColumnCodec } from "./column-codec.ts"
import { fixedCodec } from "./make-codec.ts"
import { writeInt64, writeUnsigned, writeWhole } from "./whole-text.ts"

/*
 * TINYINT, SMALLINT, MEDIUMINT, INT and BIGINT are 1, 2, 3, 4 and 8 bytes, least significant first, in two's
 * complement unless the column is UNSIGNED. Whether it is does not lie in the value.
 */

const SIGNED = { 1: readInt8, 2: readInt16, 3: readInt24, 4: readInt32 } as const
const UNSIGNED = { 1: readUInt8, 2: readUInt16, 3: readUInt24, 4: readUInt32 } as const

/** TINYINT, SMALLINT, MEDIUMINT and INT: a `number`. */
export function integerCodec(size: 1 | 2 | 3 | 4, unsigned: boolean): ColumnCodec {
  const read = (unsigned ? UNSIGNED : SIGNED)[size]
  return fixedCodec(size, read, (bytes, start, _end, out) => writeWhole(read(bytes, start), out))
}

/** BIGINT: a `number` while that is exact, else a `bigint`. */
export function bigIntegerCodec(unsigned: boolean): ColumnCodec {
  return unsigned
    ? fixedCodec(8, readUInt64, (bytes, start, _end, out) => writeUnsigned(bytes, start, 8, out))
    : fixedCodec(8, readInt64, (bytes, start, _end, out) => writeInt64(bytes, start, out))
}
