import type { SourceOptions } from "@canal/binlog-protocol"
import type { Coordinator } from "@canal/coordination"
import type { CursorStore } from "@canal/cursor-store"
import { changes, type FilterSlot, type StartPosition, tableFilter } from "@canal/parser"
import type { Delivery } from "./delivery/delivery.ts"
import { ServerError } from "./errors.ts"
import { Instance } from "./instance/instance.ts"
import { listen } from "./listener/listener.ts"
import { publishNotice } from "./notices.ts"
import type { StreamPosition } from "./store/stream-position.ts"

/** Bytes of entries that an instance holds for its clients, as in Canal. */
const STORE_BYTES = 16 << 20

export interface DestinationOptions {
  /** By which clients ask for it. */
  readonly name: string
  readonly source: SourceOptions
  /** Where to begin while no client has a cursor; the source's end where absent. */
  readonly from?: StartPosition | undefined
  /** Tables to deliver: Canal's list of regular expressions over `schema.table`. A client's filter replaces it. */
  readonly filter?: string | undefined
  /** Tables to leave out, in the same form. */
  readonly exclude?: string | undefined
  /** The number by which the source knows this replica; random where absent. */
  readonly serverId?: number | undefined
  /** Subscriptions and cursors. Flushed by `close`, but closed by whoever made it. */
  readonly cursors: CursorStore
  /** Bytes of entries that are held for clients; default 16 MiB. One array of changes is held in any case. */
  readonly storeBytes?: number | undefined
  /** IANA name of the zone in which TIMESTAMP is written; default UTC. */
  readonly timeZone?: string | undefined
}

export interface ServerOptions {
  /** `host` is the address to bind, all where absent; port 0 takes a free one. */
  readonly listen: { readonly host?: string | undefined; readonly port: number }
  /** The user that clients must name; any where absent. */
  readonly user?: string | undefined
  /** SHA-1 of the password's SHA-1 in hexadecimal (`hashPassword` of @canal/protocol); any password where absent. */
  readonly passwordHash?: string | undefined
  /** The session with the other servers. Not asked yet: a server runs every destination that it is given. */
  readonly coordinator: Coordinator
  readonly destinations: readonly DestinationOptions[]
}

/** Where a destination's reading of its source began. */
export interface Started {
  readonly destination: string
  readonly position: StreamPosition
}

/** A running server. Notices go to the diagnostics channel `canal:server`, those of sources to `canal:parser`. */
export interface CanalServer extends AsyncDisposable {
  /** The port for clients. */
  readonly port: number
  /** Resolves when every source has answered; never where one fails. A source that is not there is waited for. */
  readonly ready: Promise<readonly Started[]>
  /**
   * Rejects with ServerError `SOURCE_FAILED` when a first source cannot be followed until somebody does something; the
   * other destinations go on. Never settles where none fails.
   */
  readonly failure: Promise<never>
  /**
   * Takes no more clients, ends the sessions after their present answer, stops following, and flushes all cursors.
   * Disposing does the same.
   */
  close(): Promise<void>
}

/**
 * Follows sources and serves their changes to Canal clients.
 * @throws ServerError `INVALID_OPTIONS` or `CANNOT_LISTEN`, and what the cursor stores throw.
 */
export async function startServer(options: ServerOptions): Promise<CanalServer> {
  checkOptions(options)
  const instances = new Map<string, Instance>()
  for (const destination of options.destinations) {
    instances.set(destination.name, await Instance.open(instanceOptions(destination)))
  }
  const served = new Map<string, Delivery>()
  for (const [name, instance] of instances) served.set(name, instance.delivery)
  const listener = await listen({
    ...options.listen,
    destinations: served,
    credentials: { user: options.user, passwordHash: options.passwordHash },
  })
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => undefined)
  const closed = new AbortController()
  for (const [destination, instance] of instances) {
    instance.start((error) => {
      served.delete(destination)
      failure.reject(sourceFailed(instance, error))
    })
  }
  const started = [...instances].map(async ([destination, instance]): Promise<Started> => {
    const position = await instance.position(closed.signal)
    publishNotice(
      "info",
      `ready: destination ${destination} follows ${instance.sourceName} from ${position.file}:${position.offset}`,
    )
    return { destination, position }
  })
  let closing: Promise<void> | undefined
  const close = async () => {
    closed.abort()
    await listener.close()
    const results = await Promise.allSettled([...instances.values()].map((instance) => instance.close()))
    for (const result of results) if (result.status === "rejected") throw result.reason
  }
  const closeOnce = () => (closing ??= close())
  return {
    port: listener.port,
    ready: Promise.all(started).catch(() => new Promise<never>(() => undefined)),
    failure: failure.promise,
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  }
}

function sourceFailed(instance: Instance, error: unknown): ServerError {
  const { destination, sourceName, place, placeOfCursor } = instance
  const message = error instanceof Error ? error.message : String(error)
  const reason = message.startsWith(`${sourceName}: `) ? message.slice(sourceName.length + 2) : message
  const where = `destination ${destination} cannot follow ${sourceName} from ${place}`
  const hint =
    placeOfCursor === undefined || !isAboutPosition(error)
      ? ""
      : `. A cursor in ${placeOfCursor} decides the start; move it away to begin elsewhere`
  return new ServerError("SOURCE_FAILED", `${where}: ${reason}${hint}`, { cause: error })
}

function isAboutPosition(error: unknown): boolean {
  return error instanceof Error && "code" in error && POSITION_CODES.has(error.code)
}

const POSITION_CODES: ReadonlySet<unknown> = new Set([
  "POSITION_PURGED",
  "POSITION_INVALID",
  "SOURCE_CHANGED",
  "SOURCE_ERROR",
])

function instanceOptions(destination: DestinationOptions) {
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
    cursors: destination.cursors,
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

function checkOptions({ user, passwordHash, destinations }: ServerOptions): void {
  if (user !== undefined && passwordHash === undefined) {
    throw new ServerError(
      "INVALID_OPTIONS",
      `user "${user}" has no password; give one, or leave the user away`,
    )
  }
  if (passwordHash !== undefined && !/^[0-9a-f]{40}$/i.test(passwordHash)) {
    throw new ServerError(
      "INVALID_OPTIONS",
      "passwordHash is not 40 hexadecimal digits; make it with hashPassword",
    )
  }
  const names = new Set(destinations.map((destination) => destination.name))
  if (names.size < destinations.length) {
    throw new ServerError("INVALID_OPTIONS", "two destinations have the same name; give each its own")
  }
}
