import { randomInt } from "node:crypto"
import { BinlogError, openBinlog } from "@canal/binlog-protocol"
import type { PartialJsonForm, SourceOptions } from "@canal/binlog-protocol"
import type { Change } from "./change.ts"
import { tableFilter } from "./filter/table-filter.ts"
import type { FilterSlot } from "./filter/table-filter.ts"
import { readSourceState } from "./locate/source-state.ts"
import type { SourceState } from "./locate/source-state.ts"
import type { StartPosition } from "./locate/start-position.ts"
import { informationSchema } from "./schema/information-schema.ts"
import { BackOff } from "./source/back-off.ts"
import { Follower } from "./follow/follower.ts"
import { Outage } from "./source/outage.ts"
import { SourceQueries } from "./source/source-queries.ts"

export interface ChangesOptions {
  /** Ends the iteration, without an error. */
  readonly signal: AbortSignal
  /** Which tables are wanted; all by default. `current` may be replaced at any time. */
  readonly filter?: FilterSlot
  /** Follow by GTID where the start does not say it: from the current end. Changes then carry their GTIDs. */
  readonly gtid?: boolean
  /** The number by which the source knows this replica, different from all others'. Random by default. */
  readonly serverId?: number
  /** Seconds between signs of life of an idle source. */
  readonly heartbeatPeriod?: number
  /** What a JSON column becomes of which an update logged the changes only; default `document`. */
  readonly partialJson?: PartialJsonForm
}

/**
 * Follows a source from a position, or from the current end of its binlog, and stays connected: a lost connection is
 * taken up again where it was, in the middle of a transaction too, so that each change comes once and in order. The
 * first change is a heartbeat that names the start. The source waits while the consumer does.
 *
 * Notices about the connection go to the diagnostics channel `canal:parser`. Errors that waiting does not mend end
 * the iteration: BinlogError (ACCESS_DENIED, POSITION_PURGED, …) and ParserError (BINLOG_OFF, UNSUPPORTED_EVENT, …).
 */
export async function* changes(
  source: SourceOptions,
  from: StartPosition | undefined,
  options: ChangesOptions,
): AsyncGenerator<readonly Change[], void, void> {
  const { signal, filter = { current: tableFilter() }, heartbeatPeriod } = options
  await using queries = new SourceQueries(source, signal)
  const backOff = new BackOff()
  using outage = new Outage(`${source.host}:${source.port}`)
  const patience = new Patience()
  let serverId = options.serverId ?? randomServerId()
  let follower: Follower | undefined

  while (!signal.aborted) {
    const readBefore = follower?.eventsRead ?? 0
    try {
      follower ??= createFollower(
        source,
        from,
        await readSourceState(queries.query),
        queries,
        filter,
        options,
      )
      const dump = { serverId, signal, ...(heartbeatPeriod === undefined ? {} : { heartbeatPeriod }) }
      yield* follower.dump(dump, () => outage.ended())
      throw new BinlogError("CONNECTION_LOST", "The source ended the dump")
    } catch (error) {
      if (signal.aborted) return
      const eventsRead = follower?.eventsRead ?? 0
      if (eventsRead > readBefore) backOff.reset()
      const isDuplicate = error instanceof BinlogError && error.code === "DUPLICATE_SERVER_ID"
      if (isDuplicate && options.serverId === undefined) serverId = randomServerId()
      else if (!patience.allows(error, eventsRead)) throw error
      // The few quick repetitions that a broken transfer gets are no news: they mend it, or the error is told.
      if (!isTransferError(error)) outage.failed(error)
      await backOff.wait(signal)
    }
  }
}

function createFollower(
  source: SourceOptions,
  from: StartPosition | undefined,
  state: SourceState,
  queries: SourceQueries,
  filter: FilterSlot,
  options: ChangesOptions,
): Follower {
  const catalog = informationSchema(queries.query, { mariadb: state.mariadb })
  const byGtid = from === undefined && options.gtid === true && state.executedGtids !== ""
  const start = from ?? {
    file: state.file,
    offset: state.offset,
    included: true,
    ...(byGtid ? { gtids: state.executedGtids } : {}),
  }
  const { partialJson } = options
  return new Follower(
    (position, dump) => openBinlog(source, position, { ...dump, partialJson }),
    start,
    filter,
    catalog,
  )
}

/** Errors that a broken transfer may cause are tried a few times; a source that sends them again is at fault. */
class Patience {
  #eventsRead = -1
  #failures = 0

  allows(error: unknown, eventsRead: number): boolean {
    if (error instanceof BinlogError && error.retryable) return true
    if (!isTransferError(error)) return false
    this.#failures = eventsRead === this.#eventsRead ? this.#failures + 1 : 1
    this.#eventsRead = eventsRead
    return this.#failures < 4
  }
}

const TRANSFER_ERRORS: ReadonlySet<string> = new Set([
  "CHECKSUM_MISMATCH",
  "TRUNCATED",
  "MALFORMED",
  "SOURCE_ERROR",
])

function isTransferError(error: unknown): boolean {
  return error instanceof BinlogError && !error.retryable && TRANSFER_ERRORS.has(error.code)
}

function randomServerId(): number {
  return randomInt(1, 0xffff_ffff)
}
