import { randomInt } from "node:crypto"
import type { CursorStore } from "@canal/cursor-store"
import { changes, type StartPosition } from "@canal/parser"
import { ClientFilters } from "../delivery/client-filters.ts"
import type { InstanceOptions } from "../instance/instance.ts"
import type { DestinationOptions } from "./destination-options.ts"
import type { Authority } from "./served-destinations.ts"

/** Bytes of entries that an instance holds for its clients, as in Canal. */
const STORE_BYTES = 16 << 20

/** An instance of a destination over an open cursor store, which hands out only while its owner may. */
export function instanceOptions(
  destination: DestinationOptions,
  cursors: CursorStore,
  authority: Authority,
): InstanceOptions {
  const { source, filter, exclude, partialJson } = destination
  // The same for every reading: with it the source ends the one before, which it may not have noticed to be over.
  const serverId = destination.serverId ?? randomInt(1, 0xffff_ffff)
  const filters = new ClientFilters({ include: filter, exclude })
  return {
    destination: destination.name,
    source: { host: source.host, port: source.port },
    cursors,
    storeBytes: destination.storeBytes ?? STORE_BYTES,
    timeZone: destination.timeZone ?? "UTC",
    from: destination.from,
    follow: (from: StartPosition | undefined, signal: AbortSignal) =>
      changes(source, from, {
        signal,
        filter: filters,
        serverId,
        ...(partialJson === undefined ? {} : { partialJson }),
      }),
    filters,
    mayServe: () => authority.state === "connected",
  }
}
