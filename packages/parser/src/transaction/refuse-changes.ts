import { EventTypeCode } from "@canal/binlog-protocol"
import type { UnknownEvent } from "@canal/binlog-protocol"
import { ParserError } from "../errors.ts"

/**
 * Ends the reading at an event that carries changes and cannot be read, since they would be lost without a word. Events
 * without changes, and those of servers to come, pass.
 */
export function refuseChanges({ typeCode, file, position }: UnknownEvent): void {
  for (const { types, remedy } of CHANGES) {
    const name = types.find((type) => EventTypeCode[type] === typeCode)
    if (name === undefined) continue
    throw new ParserError(
      "UNSUPPORTED_EVENT",
      `The source's ${name} event at ${file}:${position} holds changes in a form that this version cannot read. ` +
        `${remedy}; then start again from a position behind that event's transaction, without the old cursors. ` +
        "What they had not reached by then will not be delivered",
    )
  }
}

/** Events that carry changes and arrive as unknown ones, with what keeps a source from writing them. */
const CHANGES: readonly {
  readonly types: readonly (keyof typeof EventTypeCode)[]
  readonly remedy: string
}[] = [
  {
    types: ["MARIADB_PARTIAL_ROW_DATA"],
    remedy: "Raise binlog_row_event_fragment_threshold at the source",
  },
  {
    types: ["LOAD", "NEW_LOAD", "CREATE_FILE", "EXEC_LOAD"],
    remedy: "Only servers before MySQL 5.1 write it; follow a newer one",
  },
]
