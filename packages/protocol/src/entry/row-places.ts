import type { ByteCursor } from "../wire/byte-cursor.ts"
import { type EventType, eventTypeOf } from "./enums.ts"

const TABLE_ID = 0x08
const EVENT_TYPE = 0x10
const IS_DDL = 0x50
const ROW_DATAS = 0x62

/** The tag of a column in a RowData, by the image it belongs to. */
export const BEFORE_COLUMN = 0x0a
export const AFTER_COLUMN = 0x12

/** Where the rows of a RowChange lie. */
export interface RowPlaces {
  readonly tableId: number
  readonly eventType: EventType
  /** Where each row begins and ends, one after the other. */
  readonly bounds: readonly number[]
}

/**
 * Finds the rows of a RowChange that has what Canal writes for rows and nothing else: 1 tableId, 2 eventType, 10 isDdl = false,
 * 12 rowDatas. Any other one is to be read by `decodeRowChange`.
 * @param cursor at the beginning of the storeValue
 */
export function findRows(cursor: ByteCursor): RowPlaces | undefined {
  if (!cursor.passes(TABLE_ID)) return undefined
  const tableId = cursor.varint()
  if (tableId < 0 || !cursor.passes(EVENT_TYPE)) return undefined
  const eventType = eventTypeOf(cursor.varint())
  if (!cursor.passes(IS_DDL) || !cursor.passes(0)) return undefined
  const bounds: number[] = []
  while (cursor.passes(ROW_DATAS)) {
    const length = cursor.varint()
    const end = cursor.at + length
    if (length < 0 || end > cursor.bytes.length) return undefined
    bounds.push(cursor.at, end)
    cursor.at = end
  }
  return cursor.at === cursor.bytes.length ? { tableId, eventType, bounds } : undefined
}
