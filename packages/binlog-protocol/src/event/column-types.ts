import type { ByteReader } from "../bytes/byte-reader.ts"
import { ColumnType } from "../value/column-type.ts"

/** A column's type and its metadata, in the form of `Column`. */
export interface TypedColumn {
  readonly type: ColumnType
  readonly metadata: number
}

const KNOWN: ReadonlyMap<number, ColumnType> = new Map(Object.values(ColumnType).map((type) => [type, type]))

/** The column type of this number, if there is one. */
export function columnTypeOf(code: number): ColumnType | undefined {
  return KNOWN.get(code)
}

/*
 * Metadata in a table map, by type (MySQL `read_field_metadata`): FLOAT, DOUBLE, the BLOB family, JSON, GEOMETRY,
 * VECTOR, TIME2, DATETIME2, TIMESTAMP2: 1 · VARCHAR: 2, least significant first · NEWDECIMAL: 1 precision, 1 scale ·
 * BIT: 1 bits beyond whole bytes, 1 whole bytes · STRING, ENUM, SET: 1 real type, 1 length · TYPED_ARRAY: 1 type of its
 * elements, their metadata (of VARCHAR 3 bytes) · others none.
 */
export function decodeTypeMetadata(type: ColumnType, reader: ByteReader): TypedColumn {
  switch (type) {
    case ColumnType.FLOAT:
    case ColumnType.DOUBLE:
    case ColumnType.TINY_BLOB:
    case ColumnType.MEDIUM_BLOB:
    case ColumnType.LONG_BLOB:
    case ColumnType.BLOB:
    case ColumnType.MARIADB_BLOB_COMPRESSED:
    case ColumnType.JSON:
    case ColumnType.GEOMETRY:
    case ColumnType.VECTOR:
    case ColumnType.TIME2:
    case ColumnType.DATETIME2:
    case ColumnType.TIMESTAMP2:
      return { type, metadata: reader.uint8() }
    case ColumnType.VARCHAR:
    case ColumnType.MARIADB_VARCHAR_COMPRESSED:
      return { type, metadata: reader.uint16() }
    case ColumnType.NEWDECIMAL: {
      const precision = reader.uint8()
      return { type, metadata: (precision << 8) | reader.uint8() }
    }
    case ColumnType.BIT: {
      const bits = reader.uint8()
      return { type, metadata: reader.uint8() * 8 + bits }
    }
    case ColumnType.STRING:
    case ColumnType.VAR_STRING:
    case ColumnType.ENUM:
    case ColumnType.SET:
      return realType(reader.uint8(), reader.uint8())
    case ColumnType.TYPED_ARRAY: {
      const element = columnTypeOf(reader.uint8())
      if (element === ColumnType.VARCHAR) reader.skip(3)
      else if (element !== undefined) decodeTypeMetadata(element, reader)
      return { type, metadata: 0 }
    }
    default:
      return { type, metadata: 0 }
  }
}

/**
 * What STRING stands for. The first byte is the real type; for CHAR longer than 255 bytes its bits 4 and 5, else both
 * set, hold bits 8 and 9 of the length, inverted.
 */
function realType(first: number, second: number): TypedColumn {
  const highBits = ((first & 0x30) ^ 0x30) << 4
  const type = first | 0x30
  if (highBits === 0 && (type === ColumnType.ENUM || type === ColumnType.SET))
    return { type, metadata: second }
  return { type: ColumnType.STRING, metadata: highBits | second }
}

/** Whether the signedness bits of a table map have one for such a column. */
export function isNumeric(type: ColumnType): boolean {
  return NUMERIC.has(type)
}

/** Whether the column charsets of a table map have one for such a column. ENUM and SET have charsets of their own. */
export function isCharacter(type: ColumnType): boolean {
  return CHARACTER.has(type)
}

const NUMERIC: ReadonlySet<ColumnType> = new Set([
  ColumnType.TINY,
  ColumnType.SHORT,
  ColumnType.INT24,
  ColumnType.LONG,
  ColumnType.LONGLONG,
  ColumnType.NEWDECIMAL,
  ColumnType.FLOAT,
  ColumnType.DOUBLE,
  ColumnType.YEAR,
])

const CHARACTER: ReadonlySet<ColumnType> = new Set([
  ColumnType.STRING,
  ColumnType.VAR_STRING,
  ColumnType.VARCHAR,
  ColumnType.TINY_BLOB,
  ColumnType.MEDIUM_BLOB,
  ColumnType.LONG_BLOB,
  ColumnType.BLOB,
  ColumnType.MARIADB_BLOB_COMPRESSED,
  ColumnType.MARIADB_VARCHAR_COMPRESSED,
  ColumnType.VECTOR,
])
