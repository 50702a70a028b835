import { leave, type MessageReader, nestedEnd, readMessage, skipField } from "../wire/message-reader.ts"

/**
 * One column of a row image. A column that the image lacks does not appear in it.
 * Layout: 1 index, 2 sqlType, 3 name, 4 isKey, 5 updated, 6 isNull, 7 props, 8 value, 9 length, 10 mysqlType.
 */
export interface Column {
  /** Its place in the table, from 0. */
  readonly index: number
  /** A constant of java.sql.Types. */
  readonly sqlType: number
  readonly name: string
  /** Whether it is part of the primary key. */
  readonly isKey: boolean
  /** Whether this event changed it. */
  readonly updated: boolean
  readonly isNull: boolean
  /** The value as text; `undefined` for NULL. Bytes of binary columns are one character each (ISO-8859-1). */
  readonly value: string | undefined
  /** The type as its definition wrote it, such as `int(11) unsigned`. */
  readonly mysqlType: string
}

/** @throws ProtocolError MALFORMED */
export function decodeColumn(bytes: Buffer): Column {
  return readMessage("Column", bytes, readColumn)
}

export function readColumn(reader: MessageReader, end: number): Column {
  let index = 0
  let sqlType = 0
  let name = ""
  let isKey = false
  let updated = false
  let isNull = false
  let value: string | undefined
  let mysqlType = ""
  while (reader.pos < end) {
    const tag = reader.uint32()
    switch (tag) {
      case 0x08:
        index = reader.int32()
        break
      case 0x10:
        sqlType = reader.int32()
        break
      case 0x1a:
        name = reader.string()
        break
      case 0x20:
        isKey = reader.bool()
        break
      case 0x28:
        updated = reader.bool()
        break
      case 0x30:
        isNull = reader.bool()
        break
      case 0x42:
        value = reader.string()
        break
      case 0x52:
        mysqlType = reader.string()
        break
      default:
        skipField(reader, tag)
    }
  }
  leave(reader, end)
  return { index, sqlType, name, isKey, updated, isNull, value, mysqlType }
}

/** One changed row. An insert has no before image, a delete no after image. Layout: 1 beforeColumns, 2 afterColumns. */
export interface RowData {
  readonly beforeColumns: readonly Column[]
  readonly afterColumns: readonly Column[]
}

export function readRowData(reader: MessageReader, end: number): RowData {
  const beforeColumns: Column[] = []
  const afterColumns: Column[] = []
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === 0x0a) beforeColumns.push(readColumn(reader, nestedEnd(reader, end)))
    else if (tag === 0x12) afterColumns.push(readColumn(reader, nestedEnd(reader, end)))
    else skipField(reader, tag)
  }
  leave(reader, end)
  return { beforeColumns, afterColumns }
}
