import type { Column } from "@canal/protocol"

/** What differs between the rows of `rowChange`. */
export interface WrittenRow {
  readonly before: readonly Column[]
  readonly after: readonly Column[]
}

/** A column that an event changed, of this type and with this value. */
export function columnOf(
  index: number,
  mysqlType: string,
  sqlType: number,
  value: string | undefined,
): Column {
  return {
    index,
    sqlType,
    name: `c${index}`,
    isKey: false,
    updated: true,
    isNull: value === undefined,
    value,
    mysqlType,
  }
}

/** The storeValue of an entry with rows, as Canal writes it. @param eventType 1 insert, 2 update, 3 delete */
export function rowChangeBytes(eventType: number, rows: readonly WrittenRow[], tableId = 1): Buffer {
  const datas = rows.map(({ before, after }) =>
    field(0x62, [
      ...before.map((column) => field(0x0a, columnBytes(column))),
      ...after.map((column) => field(0x12, columnBytes(column))),
    ]),
  )
  return Buffer.concat([number(0x08, tableId), number(0x10, eventType), number(0x50, 0), ...datas])
}

function columnBytes(column: Column): readonly Buffer[] {
  const { index, sqlType, name, isKey, updated, isNull, value, mysqlType } = column
  return [
    number(0x08, index),
    number(0x10, sqlType),
    field(0x1a, [Buffer.from(name)]),
    number(0x20, Number(isKey)),
    number(0x28, Number(updated)),
    number(0x30, Number(isNull)),
    ...(value === undefined ? [] : [field(0x42, [Buffer.from(value)])]),
    field(0x52, [Buffer.from(mysqlType)]),
  ]
}

function field(tag: number, parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([number(tag, content.length), content])
}

function number(tag: number, value: number): Buffer {
  const bytes = [tag]
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return Buffer.from([...bytes, Number(rest)])
}
