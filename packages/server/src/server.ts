import { type CoordinationBackend, clusterNode, keepNode, sessions } from "@canal/coordination"
import { Destination, type Started } from "./destination/destination.ts"
import type { DestinationOptions } from "./destination/destination-options.ts"
import { ServedDestinations } from "./destination/served-destinations.ts"
import { ServerError } from "./errors.ts"
import { listen } from "./listener/listener.ts"
import { publishNotice } from "./notices.ts"

/** Milliseconds for which others leave a destination to its last owner, as in Canal. */
const PROTECTION = 5000

export interface ServerOptions {
  /** `host` is the address to bind, all where absent; port 0 takes a free one. */
  readonly listen: { readonly host?: string | undefined; readonly port: number }
  /** The host by which clients and other servers reach this one; default 127.0.0.1. No two servers may share it and the port. */
  readonly advertise?: string | undefined
  /** The user that clients must name; any where absent. */
  readonly user?: string | undefined
  /** SHA-1 of the password's SHA-1 in hexadecimal (`hashPassword` of @canal/protocol); any password where absent. */
  readonly passwordHash?: string | undefined
  /** Where the servers that stand by for each other meet. A server alone uses a memory space of its own. */
  readonly coordination: CoordinationBackend
  /** Milliseconds for which a destination is left to its last owner after a crash; default 5000, as in Canal. */
  readonly protection?: number | undefined
  readonly destinations: readonly DestinationOptions[]
}

/** A running server. Notices go to the diagnostics channel `canal:server`, those of sources to `canal:parser`. */
export interface CanalServer extends AsyncDisposable {
  /** The port for clients. */
  readonly port: number
  /** Resolves when every destination has been started here and its source has answered; never where one fails. */
  readonly ready: Promise<readonly Started[]>
  /**
   * Rejects when nothing can be run here any more until somebody does something: the first of ServerError `SOURCE_FAILED`
   * and what the cursor stores throw, when every destination has failed; or a CoordinationError of a backend that refuses.
   * While others go on, a destination that fails is told as an error on `canal:server`. Never settles else.
   */
  readonly failure: Promise<never>
  /**
   * Takes no more clients, ends the sessions after their present answer, stops following, flushes all cursors, and hands
   * the destinations over to the servers that stand by. Disposing does the same.
   * @throws what the cursor stores throw where cursors are not written
   */
  close(): Promise<void>
}

/**
 * Follows sources and serves their changes to Canal clients: of all servers with the same backend, one runs a destination.
 * Resolves as soon as clients are listened to; a backend or a source that is not there is waited for.
 * @throws ServerError `INVALID_OPTIONS` or `CANNOT_LISTEN`
 */
export async function startServer(options: ServerOptions): Promise<CanalServer> {
  checkOptions(options)
  const { advertise = "127.0.0.1", protection = PROTECTION } = options
  const served = new ServedDestinations()
  const listener = await listen({
    ...options.listen,
    destinations: served,
    credentials: { user: options.user, passwordHash: options.passwordHash },
  })
  const address = `${advertise}:${listener.port}`
  const failure = Promise.withResolvers<never>()
  failure.promise.catch(() => undefined)
  const closed = new AbortController()
  /** What could not be brought to an end, such as cursors that were not written. */
  const lateFailures: unknown[] = []
  const failures: unknown[] = []
  function failed(destination: string, error: unknown): void {
    if (closed.signal.aborted) {
      lateFailures.push(error)
      return
    }
    failures.push(error)
    if (failures.length === options.destinations.length) {
      failure.reject(failures[0])
    } else {
      const reason = error instanceof Error ? error.message : String(error)
      publishNotice(
        "error",
        `destination ${destination} is not run here any more, the others go on: ${reason}`,
        error,
      )
    }
  }
  const started = options.destinations.map(() => Promise.withResolvers<Started>())
  const destinations = options.destinations.map(
    (destination, index) =>
      new Destination(destination, {
        address,
        protection,
        served,
        onStarted: (each) => started[index]?.resolve(each),
        onFailed: (error) => failed(destination.name, error),
      }),
  )
  const running = stand(options.coordination, address, destinations, closed.signal)
  running.catch(failure.reject)
  let closing: Promise<void> | undefined
  const close = async () => {
    await listener.close()
    closed.abort()
    await running
    if (lateFailures.length > 0) throw lateFailures[0]
  }
  const closeOnce = () => (closing ??= close())
  return {
    port: listener.port,
    ready: Promise.all(started.map((each) => each.promise)),
    failure: failure.promise,
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  }
}

/** Takes part in one session with the backend after the other. */
async function stand(
  backend: CoordinationBackend,
  address: string,
  destinations: readonly Destination[],
  signal: AbortSignal,
): Promise<void> {
  for await (const coordinator of sessions(backend, { signal })) {
    await Promise.all([
      keepNode(coordinator, clusterNode(address), { signal }),
      ...destinations.map((destination) => destination.stand(coordinator, signal)),
    ])
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
