import type { BinlogEvent } from "@canal/binlog-protocol"
import { readStatement } from "../ddl/read-statement.ts"
import { readControl } from "../transaction/control.ts"
import type { FileStart } from "./start-position.ts"

/**
 * What the first event at a start position means: read on with it, leave it out because it was acknowledged and
 * nothing of its transaction follows, or it lies inside a transaction whose begin must be found first.
 */
export function judgeFirstEvent(event: BinlogEvent, start: FileStart): "read" | "leave-out" | "inside" {
  switch (event.type) {
    case "xid":
    case "xa-prepare":
      return start.included ? "read" : "leave-out"
    case "query":
      return judgeQuery(event.sql, event.schema, start)
    case "rows":
    case "table-map":
    case "rows-query":
    case "annotate-rows":
    case "int-var":
    case "random":
    case "user-var":
    case "load-block":
    case "load-end":
      return "inside"
    default:
      return "read"
  }
}

function judgeQuery(sql: string, schema: string, start: FileStart): "read" | "leave-out" | "inside" {
  const control = readControl(sql)
  if (control !== undefined) {
    const begins = control.kind === "begin" || control.kind === "xa-start"
    // A compressed transaction, whose events all have this offset.
    if (begins) return start.complete === true && !start.included ? "leave-out" : "read"
    return start.included ? "read" : "leave-out"
  }
  const kind = readStatement(sql, schema)?.kind
  if (kind === "insert" || kind === "update" || kind === "delete") return "inside"
  return start.included ? "read" : "leave-out"
}
