import { scanImage } from "@canal/binlog-protocol"
import type { ByteWriter, RowsEvent } from "@canal/binlog-protocol"
import { writeAfterImage } from "./after-image.ts"
import { EventType } from "./entry-format.ts"
import { beginLength, bytesTag, endLength, varintTag, writeVarintField } from "./protobuf.ts"
import type { TablePlan } from "./table-plan.ts"

/*
 * RowChange of rows: 1 tableId, 2 eventType, 10 isDdl = false, 12 rowDatas. RowData: 1 beforeColumns, 2 afterColumns,
 * each only what the row image holds.
 */

const ROW_DATAS = bytesTag(12)
const BEFORE_COLUMNS = bytesTag(1)
const AFTER_COLUMNS = bytesTag(2)

export const ROWS_EVENT_TYPE: Readonly<Record<RowsEvent["kind"], EventType>> = {
  insert: EventType.INSERT,
  update: EventType.UPDATE,
  delete: EventType.DELETE,
}

/** Appends the RowChange of a rows event straight from its bytes. Answers how many rows it holds. */
export function writeRowChange(event: RowsEvent, plan: TablePlan, out: ByteWriter): number {
  writeVarintField(varintTag(1), event.tableId, out)
  writeVarintField(varintTag(2), ROWS_EVENT_TYPE[event.kind], out)
  writeVarintField(varintTag(10), 0, out)

  const { rows, beforeColumns, afterColumns } = event
  const { before, after } = plan
  const beforeLayout = beforeColumns === undefined ? undefined : before.layout(beforeColumns)
  const afterLayout = afterColumns === undefined ? undefined : after.layout(afterColumns)
  let count = 0
  let position = 0
  while (position < rows.length) {
    const begin = position
    out.byte(ROW_DATAS)
    const length = beginLength(out, plan.rowLengthWidth)
    if (beforeLayout !== undefined) {
      position = scanImage(beforeLayout, rows, position, before.starts, before.ends)
      plan.writeColumns(rows, before, BEFORE_COLUMNS, false, out)
    }
    if (afterLayout !== undefined) {
      position = scanImage(afterLayout, rows, position, after.starts, after.ends)
      if (beforeLayout === undefined) plan.writeColumns(rows, after, AFTER_COLUMNS, true, out)
      else writeAfterImage(plan.columns, rows, before, after, AFTER_COLUMNS, out)
    }
    plan.rowLengthWidth = endLength(out, length, plan.rowLengthWidth)
    count++
    if (position === begin) throw new TypeError(`A rows event of ${plan.name} holds bytes but no columns`)
  }
  return count
}
