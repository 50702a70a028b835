import type { ByteReader } from "../bytes/byte-reader.ts"
import { readUInt8 } from "../bytes/read.ts"
import { charsetOf } from "../value/charset.ts"
import { ColumnType } from "../value/column-type.ts"
import { isCharacter, isNumeric } from "./column-types.ts"
import type { TypedColumn } from "./column-types.ts"

/** What the optional metadata of a table map says. Arrays by ordinal have gaps where it says nothing. */
export interface RowMetadata {
  readonly unsigned: readonly (boolean | undefined)[]
  readonly collations: readonly (number | undefined)[]
  readonly names: readonly string[]
  readonly labels: readonly (readonly string[] | undefined)[]
  readonly geometryTypes: readonly (number | undefined)[]
  readonly vectorDimensions: readonly (number | undefined)[]
  readonly visible: readonly (boolean | undefined)[]
  readonly primaryKey: readonly number[] | undefined
}

/** Field numbers (MySQL `Table_map_event::Optional_metadata_field_type`). */
const Field = {
  SIGNEDNESS: 1,
  DEFAULT_CHARSET: 2,
  COLUMN_CHARSET: 3,
  COLUMN_NAME: 4,
  SET_STR_VALUE: 5,
  ENUM_STR_VALUE: 6,
  GEOMETRY_TYPE: 7,
  SIMPLE_PRIMARY_KEY: 8,
  PRIMARY_KEY_WITH_PREFIX: 9,
  ENUM_AND_SET_DEFAULT_CHARSET: 10,
  ENUM_AND_SET_COLUMN_CHARSET: 11,
  COLUMN_VISIBILITY: 12,
  VECTOR_DIMENSIONALITY: 13,
} as const

/*
 * Fields up to the end, each 1 number, a length-encoded length, and for the columns it concerns, in their order:
 * 1 signedness: a bit, highest first · 2, 10 default charset: a collation, then pairs of an index among those columns and
 * another collation · 3, 11 charset: a collation (MariaDB has one for GEOMETRY too) · 4 name: length and text · 5, 6 labels: a count, then length and text ·
 * 7 geometry type · 8 primary key: ordinals · 9 with prefix: pairs of ordinal and prefix length (0: whole) ·
 * 12 visibility: a bit, highest first · 13 vector dimensions. All numbers but the bits are length-encoded.
 */
export function decodeRowMetadata(
  reader: ByteReader,
  columns: readonly TypedColumn[],
  mariadb: boolean,
): RowMetadata {
  const fields = new Map<number, ByteReader>()
  while (reader.remaining > 0) fields.set(reader.uint8(), reader.part(reader.lengthEncoded()))

  const characters = which(columns, (type) => isCharacter(type) || (mariadb && type === ColumnType.GEOMETRY))
  const collations: (number | undefined)[] = []
  readDefaultCharset(fields.get(Field.DEFAULT_CHARSET), characters, collations)
  readEach(fields.get(Field.COLUMN_CHARSET), characters, collations)
  readDefaultCharset(fields.get(Field.ENUM_AND_SET_DEFAULT_CHARSET), which(columns, isChoice), collations)
  readEach(fields.get(Field.ENUM_AND_SET_COLUMN_CHARSET), which(columns, isChoice), collations)

  const labels: (readonly string[] | undefined)[] = []
  const ofType = (wanted: ColumnType): readonly number[] => which(columns, (type) => type === wanted)
  readLabels(fields.get(Field.SET_STR_VALUE), ofType(ColumnType.SET), collations, labels)
  readLabels(fields.get(Field.ENUM_STR_VALUE), ofType(ColumnType.ENUM), collations, labels)

  return {
    unsigned: readBits(fields.get(Field.SIGNEDNESS), which(columns, isNumeric)),
    collations,
    names: readNames(fields.get(Field.COLUMN_NAME)),
    labels,
    geometryTypes: readEach(fields.get(Field.GEOMETRY_TYPE), ofType(ColumnType.GEOMETRY)),
    vectorDimensions: readEach(fields.get(Field.VECTOR_DIMENSIONALITY), ofType(ColumnType.VECTOR)),
    visible: readBits(
      fields.get(Field.COLUMN_VISIBILITY),
      which(columns, () => true),
    ),
    primaryKey: readPrimaryKey(fields, columns.length),
  }
}

function isChoice(type: ColumnType): boolean {
  return type === ColumnType.ENUM || type === ColumnType.SET
}

/** Ordinals of the columns of some types. */
function which(columns: readonly TypedColumn[], concerned: (type: ColumnType) => boolean): readonly number[] {
  const ordinals: number[] = []
  for (const [ordinal, { type }] of columns.entries()) if (concerned(type)) ordinals.push(ordinal)
  return ordinals
}

function readBits(
  field: ByteReader | undefined,
  ordinals: readonly number[],
): readonly (boolean | undefined)[] {
  const bits: (boolean | undefined)[] = []
  if (field === undefined) return bits
  const at = field.take((ordinals.length + 7) >> 3)
  for (const [i, ordinal] of ordinals.entries())
    bits[ordinal] = ((readUInt8(field.bytes, at + (i >> 3)) << (i & 7)) & 0x80) !== 0
  return bits
}

function readDefaultCharset(
  field: ByteReader | undefined,
  ordinals: readonly number[],
  collations: (number | undefined)[],
): void {
  if (field === undefined) return
  const common = field.lengthEncoded()
  for (const ordinal of ordinals) collations[ordinal] = common
  while (field.remaining > 0) {
    const ordinal = ordinals[field.lengthEncoded()]
    const collation = field.lengthEncoded()
    if (ordinal === undefined) throw field.malformed("a charset for a column that is not there")
    collations[ordinal] = collation
  }
}

function readEach(
  field: ByteReader | undefined,
  ordinals: readonly number[],
  into: (number | undefined)[] = [],
): readonly (number | undefined)[] {
  if (field !== undefined) for (const ordinal of ordinals) into[ordinal] = field.lengthEncoded()
  return into
}

function readNames(field: ByteReader | undefined): readonly string[] {
  const names: string[] = []
  if (field === undefined) return names
  while (field.remaining > 0) names.push(field.utf8(field.lengthEncoded()))
  return names
}

/** Labels are in the charset of their column. */
function readLabels(
  field: ByteReader | undefined,
  ordinals: readonly number[],
  collations: readonly (number | undefined)[],
  into: (readonly string[] | undefined)[],
): void {
  if (field === undefined) return
  for (const ordinal of ordinals) {
    const charset = charsetOf(collations[ordinal])
    const labels: string[] = []
    for (let count = field.lengthEncoded(); count > 0; count--) {
      const length = field.lengthEncoded()
      const at = field.take(length)
      labels.push(charset.decode(field.bytes, at, at + length))
    }
    into[ordinal] = labels
  }
}

function readPrimaryKey(
  fields: ReadonlyMap<number, ByteReader>,
  columnCount: number,
): readonly number[] | undefined {
  const simple = fields.get(Field.SIMPLE_PRIMARY_KEY)
  const field = simple ?? fields.get(Field.PRIMARY_KEY_WITH_PREFIX)
  if (field === undefined) return undefined
  const key: number[] = []
  while (field.remaining > 0) {
    const ordinal = field.lengthEncoded()
    if (ordinal >= columnCount) throw field.malformed("a key over a column that is not there")
    key.push(ordinal)
    if (simple === undefined) field.lengthEncoded()
  }
  return key
}
