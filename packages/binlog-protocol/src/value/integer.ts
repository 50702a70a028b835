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

/* Written out, so that each function knows at every call what it calls. */
const SIGNED: Readonly<Record<1 | 2 | 3 | 4, ColumnCodec>> = {
  1: fixedCodec(1, readInt8, (bytes, start, _end, out) => writeWhole(readInt8(bytes, start), out)),
  2: fixedCodec(2, readInt16, (bytes, start, _end, out) => writeWhole(readInt16(bytes, start), out)),
  3: fixedCodec(3, readInt24, (bytes, start, _end, out) => writeWhole(readInt24(bytes, start), out)),
  4: fixedCodec(4, readInt32, (bytes, start, _end, out) => writeWhole(readInt32(bytes, start), out)),
}
const UNSIGNED: Readonly<Record<1 | 2 | 3 | 4, ColumnCodec>> = {
  1: fixedCodec(1, readUInt8, (bytes, start, _end, out) => out.digits(readUInt8(bytes, start))),
  2: fixedCodec(2, readUInt16, (bytes, start, _end, out) => out.digits(readUInt16(bytes, start))),
  3: fixedCodec(3, readUInt24, (bytes, start, _end, out) => out.digits(readUInt24(bytes, start))),
  4: fixedCodec(4, readUInt32, (bytes, start, _end, out) => out.digits(readUInt32(bytes, start))),
}

/** TINYINT, SMALLINT, MEDIUMINT and INT: a `number`. */
export function integerCodec(size: 1 | 2 | 3 | 4, unsigned: boolean): ColumnCodec {
  return (unsigned ? UNSIGNED : SIGNED)[size]
}

/** BIGINT: a `number` while that is exact, else a `bigint`. */
export function bigIntegerCodec(unsigned: boolean): ColumnCodec {
  return unsigned
    ? fixedCodec(8, readUInt64, (bytes, start, _end, out) => writeUnsigned(bytes, start, 8, out))
    : fixedCodec(8, readInt64, (bytes, start, _end, out) => writeInt64(bytes, start, out))
}
