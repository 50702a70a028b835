import { ABSENT, NULL, scanImage } from "@canal/binlog-protocol"
import type { ByteWriter, RowsEvent } from "@canal/binlog-protocol"
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
      writeBefore(plan, rows, out)
    } else before.starts.fill(ABSENT)
    if (afterLayout !== undefined) {
      position = scanImage(afterLayout, rows, position, after.starts, after.ends)
      writeAfter(plan, rows, out)
    }
    plan.rowLengthWidth = endLength(out, length, plan.rowLengthWidth)
    count++
    if (position === begin) throw new TypeError(`A rows event of ${plan.name} holds bytes but no columns`)
  }
  return count
}

function writeBefore({ columns, before }: TablePlan, rows: Buffer, out: ByteWriter): void {
  const { starts, ends } = before
  for (let ordinal = 0; ordinal < columns.length; ordinal++) {
    const start = starts[ordinal] ?? ABSENT
    if (start >= 0) columns[ordinal]?.write(BEFORE_COLUMNS, false, rows, start, ends[ordinal] ?? start, out)
    else if (start === NULL) columns[ordinal]?.writeNull(BEFORE_COLUMNS, false, out)
  }
}

/** A column is updated unless the before image holds it with the same bytes. */
function writeAfter({ columns, before, after }: TablePlan, rows: Buffer, out: ByteWriter): void {
  const { starts, ends } = after
  for (let ordinal = 0; ordinal < columns.length; ordinal++) {
    const start = starts[ordinal] ?? ABSENT
    const old = before.starts[ordinal] ?? ABSENT
    if (start >= 0) {
      const end = ends[ordinal] ?? start
      const updated = old < 0 || !sameBytes(rows, old, before.ends[ordinal] ?? old, start, end)
      columns[ordinal]?.write(AFTER_COLUMNS, updated, rows, start, end, out)
    } else if (start === NULL) columns[ordinal]?.writeNull(AFTER_COLUMNS, old !== NULL, out)
  }
}

function sameBytes(bytes: Buffer, oldStart: number, oldEnd: number, start: number, end: number): boolean {
  const length = end - start
  if (oldEnd - oldStart !== length) return false
  if (length > 64) return bytes.compare(bytes, oldStart, oldEnd, start, end) === 0
  for (let index = 0; index < length; index++)
    if (bytes[oldStart + index] !== bytes[start + index]) return false
  return true
}
