import { readFile } from "node:fs/promises"
import { UsageError } from "@canal/command-line"
import { type CoordinationBackend, CoordinationError } from "@canal/coordination"
import { etcdOptions } from "./etcd-text.ts"
import { loadDriver } from "./load-driver.ts"
import { redisOptions } from "./redis-text.ts"
import type { Secrets } from "./secrets.ts"
import { zookeeperOptions } from "./zookeeper-text.ts"

/** What a command was given for `backendOptions`, and how long its sessions live. */
export interface BackendArguments {
  readonly zk?: string | undefined
  readonly etcd?: string | undefined
  readonly redis?: string | undefined
  readonly "coordination-password"?: string | undefined
  readonly "coordination-ca"?: string | undefined
  /** Milliseconds after which the backend ends a session that it hears nothing of; the driver's default where absent. */
  readonly sessionTimeout?: number | undefined
}

/**
 * The backend that a command was told of, its driver loaded; nothing is connected yet.
 * @returns `undefined` where none is named
 * @throws UsageError for more than one, for a text that means nothing, and for a package that is not installed
 */
export async function openBackend(given: BackendArguments): Promise<CoordinationBackend | undefined> {
  const { zk, etcd, redis } = given
  const named = Object.entries({ zk, etcd, redis }).filter(([, text]) => text !== undefined)
  const names = named.map(([name]) => `--${name}`)
  if (names.length > 1) throw new UsageError(`${names.join(" and ")} exclude each other; give one of them`)
  if (names.length === 0) {
    if (given["coordination-ca"] === undefined) return undefined
    throw new UsageError("--coordination-ca means nothing without --zk, --etcd or --redis")
  }
  const secrets: Secrets = {
    password: given["coordination-password"],
    ca: await certificate(given["coordination-ca"]),
  }
  const time = given.sessionTimeout === undefined ? {} : { sessionTimeout: given.sessionTimeout }
  try {
    if (etcd !== undefined) {
      const options = etcdOptions(etcd, secrets)
      const driver = await loadDriver("--etcd", "etcd3", () => import("@canal/coordination/etcd"))
      return driver.etcd({ ...options, ...time })
    }
    if (redis !== undefined) {
      const options = redisOptions(redis, secrets)
      const driver = await loadDriver("--redis", "ioredis", () => import("@canal/coordination/redis"))
      return driver.redis({ ...options, ...time })
    }
    const options = zookeeperOptions(zk ?? "", secrets)
    const driver = await import("@canal/coordination/zookeeper")
    return driver.zookeeper({ ...options, ...time })
  } catch (error) {
    if (!(error instanceof CoordinationError) || error.code !== "INVALID_OPTION") throw error
    throw new UsageError(`${names[0]}: ${error.message}`, { cause: error })
  }
}

async function certificate(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  try {
    return await readFile(path, "utf8")
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UsageError(`--coordination-ca ${path} cannot be read: ${reason}`, { cause })
  }
}
