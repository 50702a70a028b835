import { setTimeout as sleep } from "node:timers/promises"
import { startEtcd, startRedis, startZookeeper } from "@canal/testbed"
import { Redis } from "ioredis"
import { describe, test } from "vitest"
import { startWatch } from "./apps.ts"

/** Milliseconds for which the backend counts. */
const COUNTED = 30_000
/** How often a session is kept alive in a minute: every third of its timeout of 30 seconds. */
const BEATS = 6
const CLIENTS = 2
/** What Redis counts besides where a script does it, and what this test asks itself. */
const SCRIPTED: ReadonlySet<string> = new Set(
  "del exists get hexists hget hmget hset pexpire pttl publish sadd set smembers srem info".split(" "),
)

/** What a backend has counted since it was started. */
interface Counts {
  /** All that came from clients, whatever it was. */
  readonly requests: number
  /** Changes of what it keeps; `undefined` where a backend cannot keep a session alive without one. */
  readonly transactions: number | undefined
  /** How often each kind of request came, for people, where the backend tells them apart. */
  readonly kinds: Readonly<Record<string, number>>
}

interface Counting extends AsyncDisposable {
  /** The option of canal-client that names it. */
  readonly flags: Readonly<Record<string, string>>
  count(): Promise<Counts>
}

async function countingZookeeper(): Promise<Counting> {
  // As servers are usually set up: one that ticks faster grants shorter sessions.
  const server = await startZookeeper({ tickTime: 2000 })
  return {
    flags: { zk: server.connectString },
    async count() {
      const { packets_received: packets } = await server.counters()
      const [zxid = ""] = /(?<=^Zxid: )\w+$/m.exec(await server.ask("srvr")) ?? []
      return { requests: Number(packets), transactions: Number(zxid), kinds: {} }
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function countingEtcd(): Promise<Counting> {
  const server = await startEtcd()
  return {
    flags: { etcd: `${server.host}:${server.port}` },
    async count() {
      const text = await (await fetch(`${server.endpoint}/metrics`)).text()
      const received = text.matchAll(/^grpc_server_msg_received_total\{grpc_method="(\w+)".* (\S+)$/gm)
      const kinds = Object.fromEntries([...received].map(([, method = "", count]) => [method, Number(count)]))
      return {
        requests: sum(kinds),
        transactions: await server.counter("etcd_server_proposals_committed_total"),
        kinds,
      }
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function countingRedis(): Promise<Counting> {
  const server = await startRedis()
  const asking = new Redis(server.url)
  return {
    flags: { redis: server.url },
    async count() {
      const text = await asking.info("everything")
      const calls = text.matchAll(/^cmdstat_(\S+):calls=(\d+)/gm)
      const kinds = Object.fromEntries([...calls].map(([, command = "", count]) => [command, Number(count)]))
      const asked = Object.entries(kinds).filter(([command]) => !SCRIPTED.has(command))
      return { requests: sum(Object.fromEntries(asked)), transactions: undefined, kinds }
    },
    async [Symbol.asyncDispose]() {
      asking.disconnect()
      await server[Symbol.asyncDispose]()
    },
  }
}

/**
 * With how many requests a minute there may be besides the beats, for both clients together. Who watches a node in Redis that
 * can end by itself looks at it when it would.
 */
const backends: readonly (readonly [string, () => Promise<Counting>, number])[] = [
  ["ZooKeeper", countingZookeeper, 0],
  ["etcd", countingEtcd, 0],
  ["Redis", countingRedis, 6],
]

describe.concurrent("while no server runs", () => {
  test.for(backends)(
    "one client that waits and one that stands by leave %s alone but for keeping their sessions",
    async ([name, start, besides], { expect, annotate }) => {
      await using backend = await start()
      const flags = { ...backend.flags, destination: "shop" }
      await using active = await startWatch(flags)
      await active.line(/no server runs destination shop/)
      await using standby = await startWatch(flags)
      await standby.line(/stands by/)

      const before = await backend.count()
      await sleep(COUNTED)
      const after = await backend.count()

      const requests = ((after.requests - before.requests) * 60_000) / COUNTED
      const kinds = Object.entries(after.kinds)
        .map(([kind, count]) => [kind, count - (before.kinds[kind] ?? 0)] as const)
        .filter(([, count]) => count > 0)
        .map(([kind, count]) => `${kind} ${count}`)
      await annotate(`${name}: ${requests} requests a minute (${kinds.join(", ")})`)
      expect(after.transactions).toBe(before.transactions)
      // A beat more or less may fall into the time.
      expect(requests).toBeLessThanOrEqual(CLIENTS * (BEATS + 2) + besides)
      expect([active.exit, standby.exit]).toEqual([undefined, undefined])
    },
  )
})

function sum(kinds: Readonly<Record<string, number>>): number {
  return Object.values(kinds).reduce((all, count) => all + count, 0)
}
