import { UsageError } from "@canal/command-line"
import type { RedisOptions, RedisSentinelOptions } from "@canal/coordination/redis"
import { parsePlace, type PlaceText } from "./place-text.ts"
import type { Secrets } from "./secrets.ts"

const SENTINEL_PORT = 26_379
const FORMS = "redis[s]://[USER:PASSWORD@]HOST:PORT[/DB] or redis[s]+sentinel://HOST:PORT,…/MASTER[/DB]"

/**
 * Reads `redis[s]://[[USER]:PASSWORD@]HOST[:PORT][/DB]`, or `redis[s]+sentinel://…@HOST[:PORT],…/MASTER[/DB]`, where user
 * and password are those of Redis itself; both with `?prefix=TEXT&wait=REPLICAS` after them.
 * @throws UsageError
 */
export function redisOptions(text: string, { password, ca }: Secrets): RedisOptions {
  const question = text.lastIndexOf("?")
  const query = question > text.lastIndexOf("@") ? text.slice(question + 1) : undefined
  const place = parsePlace("--redis", query === undefined ? text : text.slice(0, question))
  const [, secure, bySentinel] = /^redis(s?)(\+sentinel)?$/.exec(place.scheme ?? "") ?? []
  if (secure === undefined) throw new UsageError(`--redis is ${FORMS}`)
  if (ca !== undefined && secure === "") {
    throw new UsageError("--coordination-ca is for TLS; write rediss:// in --redis")
  }
  const { user, password: written = password } = place
  if (user !== undefined && written === undefined) {
    throw new UsageError("--redis has a user and no password; give it by CANAL_COORDINATION_PASSWORD")
  }
  const login =
    written === undefined ? "" : `${encodeURIComponent(user ?? "")}:${encodeURIComponent(written)}@`
  const [host, path, sentinel] =
    bySentinel === undefined ? [place.hosts, place.path] : ["localhost", ...sentinelPath(place)]
  return {
    url: `redis${secure}://${login}${host}${path}`,
    ...(sentinel === undefined ? {} : { sentinel }),
    ...(ca === undefined ? {} : { ca }),
    ...settings(query ?? ""),
  }
}

function sentinelPath({ hosts, path }: PlaceText): readonly [string, RedisSentinelOptions] {
  const [, masterName, database = ""] = /^\/([^/]+)(\/.*)?$/.exec(path) ?? []
  if (masterName === undefined) throw new UsageError(`--redis names no master; it is ${FORMS}`)
  const addresses = hosts.split(",").map((each) => {
    const [, bracketed, bare, port = SENTINEL_PORT] = /^(?:\[(.+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(each) ?? []
    const host = bracketed ?? bare
    if (host === undefined) throw new UsageError(`--redis: "${each}" is not the HOST:PORT of a sentinel`)
    return { host, port: Number(port) }
  })
  return [database, { addresses, masterName }]
}

function settings(query: string): Partial<RedisOptions> {
  const given = new URLSearchParams(query)
  for (const name of given.keys()) {
    if (name !== "prefix" && name !== "wait") {
      throw new UsageError(`--redis: ?${name}= means nothing; there are prefix and wait`)
    }
  }
  const prefix = given.get("prefix")
  const wait = given.get("wait")
  if (wait !== null && !/^\d+$/.test(wait)) throw new UsageError("--redis: ?wait= is a number of replicas")
  return {
    ...(prefix === null ? {} : { prefix }),
    ...(wait === null ? {} : { waitForReplicas: Number(wait) }),
  }
}
