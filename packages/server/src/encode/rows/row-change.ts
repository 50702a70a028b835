import type { ByteWriter, RowsEvent } from "@canal/binlog-protocol"
import { EventType } from "../entry-format.ts"
import { bytesTag, varintTag, writeVarintField } from "../protobuf.ts"

/*
 * RowChange of rows: 1 tableId, 2 eventType, 10 isDdl = false, 12 rowDatas. RowData: 1 beforeColumns, 2 afterColumns,
 * each only what the row image holds.
 */

export const ROW_DATAS: number = bytesTag(12)
export const BEFORE_COLUMNS: number = bytesTag(1)
export const AFTER_COLUMNS: number = bytesTag(2)

export const ROWS_EVENT_TYPE: Readonly<Record<RowsEvent["kind"], EventType>> = {
  insert: EventType.INSERT,
  update: EventType.UPDATE,
  delete: EventType.DELETE,
}

/** Appends what stands in front of the rows. */
export function writeRowChangeHead({ tableId, kind }: RowsEvent, out: ByteWriter): void {
  writeVarintField(varintTag(1), tableId, out)
  writeVarintField(varintTag(2), ROWS_EVENT_TYPE[kind], out)
  writeVarintField(varintTag(10), 0, out)
}
