import { CoordinationError } from "../../coordinator.ts"

export interface EtcdOptions {
  /**
   * Members of the cluster, as a list or separated by commas: `http://10.0.0.1:2379`, `https://…`, or `10.0.0.1:2379`,
   * which means `https` where `tls` is given. One answers at a time; when it does not, the next one is asked.
   */
  readonly endpoints: string | readonly string[]
  /** Put before each path, such as `/canal`: the tree is then below it. Nothing unless given. */
  readonly prefix?: string
  /**
   * Milliseconds after which etcd ends a session that it hears nothing of; 20,000 unless given. Rounded up to whole
   * seconds; etcd grants no less than about 1.5 times its election timeout. `session.timeout` is what it granted.
   */
  readonly sessionTimeout?: number
  /** Needs a role that may read and write everything that begins with `prefix` and a slash. Goes with `password`. */
  readonly user?: string
  readonly password?: string
  /** TLS with an authority of one's own. Without it an `https` endpoint is trusted by Node's list of authorities. */
  readonly tls?: EtcdTls
}

/** All as PEM. */
export interface EtcdTls {
  /** The authorities that may have signed the servers' certificates. */
  readonly ca: string
  /** Of this client, where etcd asks for one; with `key`. */
  readonly certificate?: string
  readonly key?: string
}

/** What the options come to. */
export interface EtcdSettings {
  /** Each with its scheme. */
  readonly endpoints: readonly string[]
  readonly prefix: string
  /** Seconds. */
  readonly timeToLive: number
  readonly login: { readonly name: string; readonly password: string } | undefined
  readonly tls: EtcdTls | undefined
  /** For people, without secrets. */
  readonly place: string
}

const DEFAULT_PORT = "2379"
const DEFAULT_TIMEOUT = 20_000

/** @throws CoordinationError `INVALID_OPTION` */
export function etcdSettings(options: EtcdOptions): EtcdSettings {
  const { prefix = "", sessionTimeout = DEFAULT_TIMEOUT, user, password, tls } = options
  const list = typeof options.endpoints === "string" ? options.endpoints.split(",") : options.endpoints
  const endpoints = list
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .map((each) => endpointOf(each, tls !== undefined))
  if (endpoints.length === 0) throw invalid("endpoints: at least one is needed, such as 127.0.0.1:2379")
  if (new Set(endpoints.map((each) => new URL(each).protocol)).size > 1)
    throw invalid("endpoints: either all are https or none")
  if (tls !== undefined && endpoints.some((each) => each.startsWith("http:")))
    throw invalid("tls: an endpoint that begins with http:// has none; write https://")
  if (prefix !== "" && !/^(\/[^/]+)+$/.test(prefix))
    throw invalid(`prefix: ${prefix} is no path; write it as /canal`)
  if (!(sessionTimeout > 0) || !Number.isFinite(sessionTimeout))
    throw invalid(`sessionTimeout: ${sessionTimeout} is no number of milliseconds`)
  if ((user === undefined) !== (password === undefined))
    throw invalid("user and password: one without the other")
  if ((tls?.certificate === undefined) !== (tls?.key === undefined))
    throw invalid("tls: certificate and key, one without the other")
  return {
    endpoints,
    prefix,
    timeToLive: Math.ceil(sessionTimeout / 1000),
    login: user === undefined || password === undefined ? undefined : { name: user, password },
    tls,
    place: `etcd at ${endpoints.map((each) => each.replace(/^\w+:\/\//, "")).join(",")}${prefix}`,
  }
}

function endpointOf(text: string, isSecure: boolean): string {
  const full = text.includes("://") ? text : `${isSecure ? "https" : "http"}://${text}`
  const url = URL.parse(full)
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.hostname === "")
    throw invalid(`endpoints: ${text} is none; write it as 127.0.0.1:2379 or https://etcd1:2379`)
  if (url.username !== "" || url.pathname !== "/")
    throw invalid("endpoints: a user or a path belongs into options of their own")
  // A port that is the scheme's own is left out by URL.
  const written = /:(\d+)$/.exec(full.replace(/\/$/, ""))?.[1]
  return `${url.protocol}//${url.hostname}:${written ?? DEFAULT_PORT}`
}

function invalid(what: string): CoordinationError {
  return new CoordinationError("INVALID_OPTION", `etcd ${what}`)
}
