import type { Change } from "@canal/client"
import type { Rows } from "./changes.ts"

/** Gives the row changes of a client on, and says how many they were. */
export function readRowChanges(changes: readonly Change[], rows: Rows): number {
  let read = 0
  for (const change of changes) {
    switch (change.kind) {
      case "insert":
        rows.named(change.table, undefined, change.after)
        break
      case "update":
        rows.named(change.table, change.before, change.after)
        break
      case "delete":
        rows.named(change.table, change.before, undefined)
        break
      default:
        continue
    }
    read += 1
  }
  return read
}
