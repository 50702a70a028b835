import type { BinlogEvent, GtidSet } from "@canal/binlog-protocol"
import type { Change } from "../change.ts"
import { tableFilter } from "../filter/table-filter.ts"
import type { FilterSlot } from "../filter/table-filter.ts"
import type { SchemaCatalog } from "../schema/schema-catalog.ts"
import { TableResolver } from "../schema/table-resolver.ts"
import { ChangeReader } from "./change-reader.ts"
import { GtidTracker } from "./gtid-tracker.ts"

export interface ReadChangesOptions {
  /** Which tables are wanted; all by default. `current` may be replaced at any time. */
  readonly filter?: FilterSlot
  /** Where structures are looked up that the binlog does not carry. */
  readonly catalog?: SchemaCatalog
  /** The transactions before the first event. With it, changes carry their GTIDs. */
  readonly gtids?: GtidSet
}

/**
 * Turns events, as from `readBinlogFile`, into changes. Each array holds what the events of one array made; empty
 * ones are left out. What came before an event that cannot be read is handed out before the error.
 */
export async function* readChanges(
  events: AsyncIterable<readonly BinlogEvent[]>,
  options: ReadChangesOptions = {},
): AsyncGenerator<readonly Change[], void, void> {
  const { filter = { current: tableFilter() }, catalog, gtids } = options
  const tracker = gtids === undefined ? undefined : new GtidTracker(gtids)
  const reader = new ChangeReader(new TableResolver(catalog), filter, tracker)
  for await (const batch of events) {
    const changes: Change[] = []
    try {
      for (const event of batch) {
        const pending = reader.prepare(event)
        if (pending !== undefined) await pending
        reader.read(event, changes)
      }
    } catch (error) {
      if (changes.length > 0) yield changes
      throw error
    }
    if (changes.length > 0) yield changes
  }
}
