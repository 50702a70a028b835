import type { CursorStore } from "@canal/cursor-store"
import { changes, type FilterSlot, type StartPosition, tableFilter } from "@canal/parser"
import type { InstanceOptions } from "../instance/instance.ts"
import type { DestinationOptions } from "./destination-options.ts"

/** Bytes of entries that an instance holds for its clients, as in Canal. */
const STORE_BYTES = 16 << 20

/** An instance of a destination over an open cursor store. */
export function instanceOptions(destination: DestinationOptions, cursors: CursorStore): InstanceOptions {
  const { source, exclude, serverId } = destination
  const filterOf = (include: string | undefined) =>
    tableFilter({
      ...(include === undefined ? {} : { include }),
      ...(exclude === undefined ? {} : { exclude }),
    })
  const filter: FilterSlot = { current: filterOf(destination.filter) }
  return {
    destination: destination.name,
    source: { host: source.host, port: source.port },
    cursors,
    storeBytes: destination.storeBytes ?? STORE_BYTES,
    timeZone: destination.timeZone ?? "UTC",
    from: destination.from,
    follow: (from: StartPosition | undefined, signal: AbortSignal) =>
      changes(source, from, { signal, filter, ...(serverId === undefined ? {} : { serverId }) }),
    filterChanged(include: string) {
      filter.current = filterOf(include)
    },
  }
}
