import { isIP } from "node:net"
import type { ConnectionOptions } from "node:tls"
import { CoordinationError } from "../../coordinator.ts"

export interface RedisOptions {
  /**
   * `redis://USER:PASSWORD@HOST:PORT/DB`, or `rediss://` for TLS with a certificate that is checked. User, password, port
   * (6379) and database (0) may be left out; with `sentinel`, host and port count for nothing.
   */
  readonly url: string
  /** Finds the primary through sentinels. */
  readonly sentinel?: RedisSentinelOptions
  /** What all keys and channels begin with, `canal:` unless told otherwise. */
  readonly prefix?: string
  /** Milliseconds after which Redis ends a session that it hears nothing of; 20,000 unless told otherwise. */
  readonly sessionTimeout?: number
  /** The authority that signed the server's certificate, as PEM; else those that Node knows. */
  readonly ca?: string
  /**
   * Replicas that have to confirm each write, the session's own signs of life too, before it counts (`WAIT`); 0 unless
   * told otherwise. A write that fewer confirm is `UNAVAILABLE`, and a session is lost where they stay away.
   */
  readonly waitForReplicas?: number
}

export interface RedisSentinelOptions {
  readonly addresses: readonly { readonly host: string; readonly port: number }[]
  /** What the sentinels call the primary, such as `mymaster`. */
  readonly masterName: string
  /** Of the sentinels themselves. */
  readonly username?: string
  readonly password?: string
}

/** Where Redis is and how it is used, as read from the options. */
export interface RedisPlace {
  /** For people, without secrets. */
  readonly name: string
  readonly host: string
  readonly port: number
  readonly username: string | undefined
  readonly password: string | undefined
  readonly database: number
  readonly tls: ConnectionOptions | undefined
  readonly sentinel: RedisSentinelOptions | undefined
  readonly prefix: string
  readonly sessionTimeout: number
  readonly waitForReplicas: number
}

const SHORTEST_SESSION = 300

/** @throws CoordinationError `INVALID_OPTION`, without what stands in the URL */
export function parseRedisOptions(options: RedisOptions): RedisPlace {
  const { sentinel, prefix = "canal:", sessionTimeout = 20_000, ca, waitForReplicas = 0 } = options
  const url = URL.parse(options.url)
  if (url === null || !/^rediss?:$/.test(url.protocol)) {
    throw invalid("url is no redis://HOST:PORT/DB or rediss://HOST:PORT/DB")
  }
  if (!/^\/?\d*$/.test(url.pathname)) throw invalid("the path of url is no number of a database, such as /0")
  if (!Number.isInteger(sessionTimeout) || sessionTimeout < SHORTEST_SESSION) {
    throw invalid(`sessionTimeout is no whole number of milliseconds from ${SHORTEST_SESSION} on`)
  }
  if (!Number.isInteger(waitForReplicas) || waitForReplicas < 0) throw invalid("waitForReplicas is no count")
  if (sentinel?.addresses.length === 0) throw invalid("sentinel.addresses is empty")
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1") || "localhost"
  const port = url.port === "" ? 6379 : Number(url.port)
  const database = Number(url.pathname.slice(1))
  const where =
    sentinel === undefined
      ? `${url.hostname || host}:${port}`
      : `${sentinel.masterName} of the sentinels ${sentinel.addresses.map((each) => `${each.host}:${each.port}`).join(",")}`
  return {
    name: `Redis at ${where}, database ${database}, ${prefix}*`,
    host,
    port,
    username: decoded(url.username),
    password: decoded(url.password),
    database,
    tls: url.protocol === "rediss:" ? tlsOptions(host, ca, sentinel !== undefined) : undefined,
    sentinel,
    prefix,
    sessionTimeout,
    waitForReplicas,
  }
}

/** Through sentinels the host is known only when one has named it; Node then checks the certificate for that. */
function tlsOptions(host: string, ca: string | undefined, bySentinel: boolean): ConnectionOptions {
  const named = bySentinel || isIP(host) !== 0 ? {} : { servername: host }
  return ca === undefined ? named : { ...named, ca }
}

function decoded(text: string): string | undefined {
  if (text === "") return undefined
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid("user or password of url has a % that is not followed by two hexadecimal digits")
  }
}

function invalid(message: string): CoordinationError {
  return new CoordinationError("INVALID_OPTION", `Redis: ${message}`)
}
