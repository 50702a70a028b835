import { bitCodec } from "./bit.ts"
import { charsetOf } from "./charset.ts"
import { BINARY_COLLATION } from "./collation.ts"
import type { ColumnCodec } from "./column-codec.ts"
import { ColumnType } from "./column-type.ts"
import type { Column, ColumnHint } from "./column.ts"
import { compressedCodec } from "./compressed.ts"
import { dateCodec, yearCodec } from "./date.ts"
import { dateTimeCodec, oldDateTimeCodec } from "./datetime.ts"
import { decimalCodec } from "./decimal.ts"
import { enumCodec, setCodec } from "./enum.ts"
import { doubleCodec, floatCodec } from "./float.ts"
import { bigIntegerCodec, integerCodec } from "./integer.ts"
import { jsonCodec } from "./json.ts"
import { unknownCodec } from "./make-codec.ts"
import { inet4Codec, inet6Codec, uuidCodec } from "./network.ts"
import { binaryCodec, textCodec } from "./string.ts"
import { textJsonCodec } from "./text-json.ts"
import { oldTimeCodec, timeCodec } from "./time.ts"
import { timestampCodec } from "./timestamp.ts"

/** The column with what the hint adds where the wire said nothing. */
export function withHint(column: Column, hint: ColumnHint | undefined): Column {
  if (hint === undefined) return column
  return {
    ...column,
    name: column.name ?? hint.name,
    unsigned: column.unsigned ?? hint.unsigned,
    collation: column.collation ?? hint.collation,
    labels: column.labels ?? hint.labels,
    special: column.special ?? hint.special,
    oldFraction: column.oldFraction ?? hint.oldFraction,
  }
}

/**
 * The codec of a column, to be made once per table map. A column of an unknown or impossible type gets one that
 * throws MALFORMED on its first use. Signedness that nobody knows counts as signed, a collation that nobody knows as
 * UTF-8 for CHAR and VARCHAR and as binary for BLOB and TEXT.
 */
export function columnCodec(column: Column, hint?: ColumnHint): ColumnCodec {
  return codecOf(withHint(column, hint))
}

function codecOf(column: Column): ColumnCodec {
  const { type, metadata } = column
  const unsigned = column.unsigned === true
  switch (type) {
    case ColumnType.TINY:
      return integerCodec(1, unsigned)
    case ColumnType.SHORT:
      return integerCodec(2, unsigned)
    case ColumnType.INT24:
      return integerCodec(3, unsigned)
    case ColumnType.LONG:
      return integerCodec(4, unsigned)
    case ColumnType.LONGLONG:
      return bigIntegerCodec(unsigned)
    case ColumnType.NEWDECIMAL:
      return decimalCodec(metadata)
    case ColumnType.FLOAT:
      return floatCodec()
    case ColumnType.DOUBLE:
      return doubleCodec()
    case ColumnType.BIT:
      return bitCodec(metadata)
    case ColumnType.YEAR:
      return yearCodec()
    case ColumnType.DATE:
    case ColumnType.NEWDATE:
      return dateCodec()
    case ColumnType.TIME:
      return oldTimeCodec(column.oldFraction)
    case ColumnType.TIME2:
      return timeCodec(metadata)
    case ColumnType.DATETIME:
      return oldDateTimeCodec(column.oldFraction)
    case ColumnType.DATETIME2:
      return dateTimeCodec(metadata)
    case ColumnType.TIMESTAMP:
    case ColumnType.TIMESTAMP2:
      return timestampCodec(column)
    case ColumnType.ENUM:
      return enumCodec(metadata, column.labels)
    case ColumnType.SET:
      return setCodec(metadata, column.labels)
    case ColumnType.JSON:
      return jsonCodec(metadata, column.name ?? "@")
    case ColumnType.GEOMETRY:
    case ColumnType.VECTOR:
      return binaryCodec(metadata)
    case ColumnType.VARCHAR:
    case ColumnType.VAR_STRING:
    case ColumnType.STRING:
      return specialCodec(column) ?? charactersCodec(column)
    case ColumnType.MARIADB_VARCHAR_COMPRESSED:
      return compressedCodec(metadata > 255 ? 2 : 1, charactersCodec(column))
    case ColumnType.TINY_BLOB:
    case ColumnType.MEDIUM_BLOB:
    case ColumnType.LONG_BLOB:
    case ColumnType.BLOB:
      return blobCodec(column)
    case ColumnType.MARIADB_BLOB_COMPRESSED:
      return compressedCodec(metadata, blobCodec(column))
    default:
      return unknownCodec(`type ${type}`)
  }
}

function charactersCodec({ metadata, collation }: Column): ColumnCodec {
  const prefix = metadata > 255 ? 2 : 1
  return collation === BINARY_COLLATION ? binaryCodec(prefix) : textCodec(prefix, charsetOf(collation))
}

function blobCodec({ metadata, collation, special }: Column): ColumnCodec {
  if (special === "json") return textJsonCodec(metadata, charsetOf(collation))
  return collation === undefined || collation === BINARY_COLLATION
    ? binaryCodec(metadata)
    : textCodec(metadata, charsetOf(collation))
}

/** Only a BINARY of the right length can be one of MariaDB's own types. */
function specialCodec({ type, metadata, special }: Column): ColumnCodec | undefined {
  if (type !== ColumnType.STRING) return undefined
  if (special === "inet4" && metadata === 4) return inet4Codec()
  if (special === "inet6" && metadata === 16) return inet6Codec()
  if (special === "uuid" && metadata === 16) return uuidCodec()
  return undefined
}
