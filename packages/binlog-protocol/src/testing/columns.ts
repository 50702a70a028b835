import { ByteWriter } from "../bytes/byte-writer.ts"
import { readUInt } from "../bytes/read.ts"
import type { ColumnCodec, ColumnValue } from "../value/column-codec.ts"
import type { ColumnType } from "../value/column-type.ts"
import type { Column } from "../value/column.ts"

/** A column of which the source said nothing but type and metadata, for tests. */
export function bareColumn(type: ColumnType, metadata = 0, more: Partial<Column> = {}): Column {
  return {
    type,
    metadata,
    nullable: true,
    name: undefined,
    unsigned: undefined,
    collation: undefined,
    labels: undefined,
    geometryType: undefined,
    vectorDimensions: undefined,
    visible: undefined,
    special: undefined,
    ...more,
  }
}

/** Both forms of a value given in hexadecimal, read at an offset among other bytes. */
export function bothForms(codec: ColumnCodec, hex: string): { value: ColumnValue; text: string } {
  const value = Buffer.from(hex.replaceAll(" ", ""), "hex")
  const bytes = Buffer.concat([Buffer.from([0xaa, 0xbb]), value, Buffer.from([0xcc])])
  const prefix = Math.max(0, -codec.width)
  const start = 2 + prefix
  const end = start + (prefix === 0 ? codec.width : readUInt(bytes, 2, prefix))
  if (end !== 2 + value.length) throw new RangeError(`The value takes ${end - 2} bytes, not ${value.length}`)
  return { value: codec.read(bytes, start, end), text: textOf(codec, bytes, start, end).toString("utf8") }
}

/** The text form of a value, as bytes. */
export function textOf(codec: ColumnCodec, bytes: Buffer, start: number, end: number): Buffer {
  const out = new ByteWriter(1)
  codec.writeText(bytes, start, end, out)
  return out.copy()
}
