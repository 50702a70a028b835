import { EventTypeCode } from "@canal/binlog-protocol"
import type { EventBase } from "@canal/binlog-protocol"
import { ParserError } from "../errors.ts"

/**
 * Ends the reading at an event that carries changes and cannot be read, since they would be lost without a word. Events
 * without changes, and those of servers to come, pass.
 */
export function refuseChanges({ typeCode, file, position }: EventBase): void {
  const found = CHANGES.find(({ type }) => EventTypeCode[type] === typeCode)
  if (found === undefined) return
  throw new ParserError(
    "UNSUPPORTED_EVENT",
    `The source's ${found.type} event at ${file}:${position} holds changes in a form that this version cannot read. ` +
      `${found.remedy}; then start again from a position behind that event's transaction, without the old cursors. ` +
      "What they had not reached by then will not be delivered",
  )
}

const OLD_LOAD = "Only servers before MySQL 5.0.3 write it; follow a newer one"

/** Events that carry changes and cannot be turned into rows, with what keeps a source from writing them. */
const CHANGES: readonly { readonly type: keyof typeof EventTypeCode; readonly remedy: string }[] = [
  { type: "MARIADB_PARTIAL_ROW_DATA", remedy: "Raise binlog_row_event_fragment_threshold at the source" },
  { type: "LOAD", remedy: OLD_LOAD },
  { type: "NEW_LOAD", remedy: OLD_LOAD },
  { type: "CREATE_FILE", remedy: OLD_LOAD },
]
