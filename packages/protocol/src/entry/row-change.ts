import { readSafeInteger } from "../wire/int64.ts"
import { nestedEnd, readMessage, skipField } from "../wire/message-reader.ts"
import { readRowData, type RowData } from "./column.ts"
import { type EventType, eventTypeOf } from "./enums.ts"
import { type Pair, readPair } from "./pair.ts"

/**
 * The content of a ROWDATA entry: changed rows, or a statement. `undefined` is a field that is absent.
 * Layout: 1 tableId, 2 eventType, 10 isDdl, 11 sql, 12 rowDatas, 13 props, 14 ddlSchemaName.
 */
export interface RowChange {
  readonly tableId: number | undefined
  readonly eventType: EventType | undefined
  readonly isDdl: boolean | undefined
  /** The statement, where there is one. */
  readonly sql: string | undefined
  readonly rowDatas: readonly RowData[]
  /** Only XA statements have any. */
  readonly props: readonly Pair[]
  /** The schema that was the statement's default. */
  readonly ddlSchemaName: string | undefined
}

/** @throws ProtocolError MALFORMED */
export function decodeRowChange(storeValue: Buffer): RowChange {
  return readMessage("RowChange", storeValue, (reader, end) => {
    let tableId: number | undefined
    let eventType: EventType | undefined
    let isDdl: boolean | undefined
    let sql: string | undefined
    const rowDatas: RowData[] = []
    const props: Pair[] = []
    let ddlSchemaName: string | undefined
    while (reader.pos < end) {
      const tag = reader.uint32()
      switch (tag) {
        case 0x08:
          tableId = readSafeInteger(reader)
          break
        case 0x10:
          eventType = eventTypeOf(reader.int32())
          break
        case 0x50:
          isDdl = reader.bool()
          break
        case 0x5a:
          sql = reader.string()
          break
        case 0x62:
          rowDatas.push(readRowData(reader, nestedEnd(reader, end)))
          break
        case 0x6a:
          props.push(readPair(reader, nestedEnd(reader, end)))
          break
        case 0x72:
          ddlSchemaName = reader.string()
          break
        default:
          skipField(reader, tag)
      }
    }
    return { tableId, eventType, isDdl, sql, rowDatas, props, ddlSchemaName }
  })
}
