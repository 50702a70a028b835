import {
  ByteWriter,
  columnCodec,
  ColumnType,
  readDouble,
  readEnumIndex,
  readFloat,
  timestampCodec,
  writeUnsigned,
  writeUnsignedBE,
} from "@canal/binlog-protocol"
import type { Column, ColumnCodec } from "@canal/binlog-protocol"
import { writeJavaDouble, writeJavaFloat } from "./java-float.ts"
import { isBinary } from "./sql-type.ts"
import type { ZoneOffset } from "./zone-offset.ts"

/** Appends the text Canal gives to the value in `bytes` from `start` to `end`, its length prefix included. */
export type CanalText = Pick<ColumnCodec, "writeText">

/**
 * How Canal writes the values of a column, which must already have its hint. It is MySQL's own text but for: FLOAT
 * and DOUBLE as Java prints them, ENUM as the number of its label, SET and BIT as the number its bits make, bytes as
 * the characters of the same numbers, TIMESTAMP in a time zone chosen by the server.
 */
export function canalText(column: Column, zoneOffset: ZoneOffset): CanalText {
  const codec = columnCodec(column)
  switch (column.type) {
    case ColumnType.FLOAT:
      return { writeText: (bytes, start, _end, out) => writeJavaFloat(readFloat(bytes, start), out) }
    case ColumnType.DOUBLE:
      return { writeText: (bytes, start, _end, out) => writeJavaDouble(readDouble(bytes, start), out) }
    case ColumnType.ENUM:
      return { writeText: (bytes, start, end, out) => out.digits(readEnumIndex(bytes, start, end)) }
    case ColumnType.SET:
      return { writeText: (bytes, start, end, out) => writeUnsigned(bytes, start, end - start, out) }
    case ColumnType.BIT:
      return { writeText: (bytes, start, end, out) => writeUnsignedBE(bytes, start, end - start, out) }
    case ColumnType.TIMESTAMP:
    case ColumnType.TIMESTAMP2:
      return timestampCodec(column, zoneOffset)
    case ColumnType.MARIADB_BLOB_COMPRESSED:
    case ColumnType.MARIADB_VARCHAR_COMPRESSED:
      return isBinary(column) ? viaScratch(codec) : codec
    default:
      return isBinary(column) ? LATIN1 : codec
  }
}

/** For bytes that lie in the row as they are. */
const LATIN1: CanalText = { writeText: (bytes, start, end, out) => out.latin1AsUtf8(bytes, start, end) }

/** For bytes that lie in the row in another form than the codec shows them in. */
function viaScratch(codec: ColumnCodec): CanalText {
  return {
    writeText: (bytes, start, end, out) => {
      const plain = new ByteWriter(end - start)
      codec.writeText(bytes, start, end, plain)
      out.latin1AsUtf8(plain.bytes, 0, plain.length)
    },
  }
}
