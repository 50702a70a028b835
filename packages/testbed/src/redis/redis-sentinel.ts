import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { freePort } from "../network/free-port.ts"
import type { Address } from "../network/proxy.ts"
import { startDaemon } from "../process/daemon.ts"
import { createScratchFolder } from "../process/scratch-folder.ts"
import { progressOnStderr } from "../progress.ts"
import { askRedis } from "./ask-redis.ts"
import { redisProgram } from "./redis-program.ts"
import { type RedisServer, startRedis } from "./redis-server.ts"

const MASTER_NAME = "mymaster"
const SENTINELS = 3
const POLL_MS = 50
const PATIENCE_MS = 120_000

/** What a Redis behind sentinels is started with. */
export interface RedisSentinelOptions {
  /** Replicas beside the primary; 1 unless told otherwise. */
  readonly replicas?: number
}

/** A Redis primary with replicas, and three sentinels that put a replica in its place within seconds. */
export interface RedisSentinel extends AsyncDisposable {
  /** What the sentinels call the primary. */
  readonly masterName: string
  readonly sentinels: readonly Address[]
  /** The primary, as a sentinel tells now, and the replicas. */
  nodes(): Promise<{ readonly primary: RedisServer; readonly replicas: readonly RedisServer[] }>
  /** Crashes the primary, waits until a replica is in its place, and starts the old one again as a replica. */
  failOver(): Promise<void>
}

/** Starts a Redis primary, its replicas and three sentinels; returns when all know of each other. */
export async function startRedisSentinel(options: RedisSentinelOptions = {}): Promise<RedisSentinel> {
  const replicas = options.replicas ?? 1
  await using started = new AsyncDisposableStack()
  const first = started.use(await startRedis())
  const servers = [first]
  for (let n = 0; n < replicas; n += 1)
    servers.push(started.use(await startRedis({ args: replicaArgs(first) })))
  await until(() => hasReplicas(first, replicas), "the replicas follow the primary")
  const sentinels: Address[] = []
  for (let n = 0; n < SENTINELS; n += 1) sentinels.push(started.use(await startSentinel(first)))
  const complete = new RegExp(`slaves=${replicas},sentinels=${SENTINELS}`)
  for (const { port } of sentinels)
    await until(
      async () => complete.test(await askRedis(port, "INFO sentinel")),
      "the sentinels know of each other",
    )
  const all = started.move()

  async function primaryPort(): Promise<number> {
    const { port } = sentinels[0] ?? first
    const answer = await askRedis(port, `SENTINEL get-master-addr-by-name ${MASTER_NAME}`)
    return Number(/127\.0\.0\.1\r\n\$\d+\r\n(\d+)/.exec(answer)?.[1])
  }

  async function nodes(): Promise<{ primary: RedisServer; replicas: readonly RedisServer[] }> {
    const port = await primaryPort()
    const primary = servers.find((server) => server.port === port)
    if (primary === undefined) throw new Error(`the sentinel names ${port}, which is no server of its`)
    return { primary, replicas: servers.filter((server) => server !== primary) }
  }

  return {
    masterName: MASTER_NAME,
    sentinels,
    nodes,
    async failOver() {
      const { primary: old } = await nodes()
      await old.kill9()
      await until(async () => (await primaryPort()) !== old.port, "a replica is the primary")
      const { primary } = await nodes()
      await until(
        async () => (await askRedis(primary.port, "INFO replication")).includes("role:master"),
        "the new primary takes writes",
      )
      await old.restart(replicaArgs(primary))
      await until(() => hasReplicas(primary, replicas), "the replicas follow the new primary")
    },
    async [Symbol.asyncDispose]() {
      await all.disposeAsync()
    },
  }
}

function replicaArgs({ port }: RedisServer): readonly string[] {
  return ["--replicaof", `127.0.0.1 ${port}`, "--repl-diskless-sync-delay", "0"]
}

async function hasReplicas({ port }: RedisServer, count: number): Promise<boolean> {
  const answer = await askRedis(port, "INFO replication")
  return answer.split("state=online").length - 1 >= count
}

async function startSentinel(primary: RedisServer): Promise<Address & AsyncDisposable> {
  const program = await redisProgram(progressOnStderr)
  const folder = createScratchFolder("sentinel")
  const port = await freePort()
  const config = join(folder.path, "sentinel.conf")
  const lines = [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir ${folder.path}`,
    `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${primary.port} 2`,
    `sentinel down-after-milliseconds ${MASTER_NAME} 1000`,
    `sentinel failover-timeout ${MASTER_NAME} 5000`,
  ]
  writeFileSync(config, `${lines.join("\n")}\n`)
  const daemon = await startDaemon({
    name: "sentinel",
    command: [...program, config, "--sentinel"],
    log: join(folder.path, "log"),
  })
  async function dispose(): Promise<void> {
    await daemon.kill()
    folder[Symbol.dispose]()
  }
  try {
    await daemon.ready(async () => (await askRedis(port, "PING")).includes("PONG"))
  } catch (error) {
    await dispose()
    throw error
  }
  return { host: "127.0.0.1", port, [Symbol.asyncDispose]: dispose }
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await condition()); await sleep(POLL_MS))
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`)
}
