import type { ByteCursor } from "./byte-cursor.ts"

const TABLE_ID = 0x08
const EVENT_TYPE = 0x10
const IS_DDL = 0x50
const ROW_DATAS = 0x62

/** The tag of a column in a RowData, by the image it belongs to. */
export const BEFORE_COLUMN = 0x0a
export const AFTER_COLUMN = 0x12

/** Canal's numbers of the events that have rows. */
export const INSERT = 1
export const UPDATE = 2
export const DELETE = 3

/** What stands in a RowChange before its rows. */
export interface RowsHead {
  readonly tableId: number
  readonly eventType: number
}

/**
 * Passes what stands before the rows of a RowChange that has what Canal writes for rows and nothing else: 1 tableId, 2 eventType,
 * 10 isDdl = false, 12 rowDatas. Any other one is to be read by `decodeRowChange`.
 * @param cursor at the beginning of the storeValue
 */
export function passRowsHead(cursor: ByteCursor): RowsHead | undefined {
  if (!cursor.passes(TABLE_ID)) return undefined
  const tableId = cursor.varint()
  if (tableId < 0 || !cursor.passes(EVENT_TYPE)) return undefined
  const eventType = cursor.varint()
  return cursor.passes(IS_DDL) && cursor.passes(0) ? { tableId, eventType } : undefined
}

/** Passes the tag and the length of a row. @returns where the row ends; -1 where there is none */
export function passRowHead(cursor: ByteCursor): number {
  if (!cursor.passes(ROW_DATAS)) return -1
  const length = cursor.varint()
  const end = cursor.at + length
  return length < 0 || end > cursor.end ? -1 : end
}
