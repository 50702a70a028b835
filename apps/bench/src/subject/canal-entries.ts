// Binlog to stored Canal entries: what the server does with its source, without a client. The store is freed as it fills.
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { changesOf } from "@canal/client"
import { changes, tableFilter } from "@canal/parser"
import { decodeEntry } from "@canal/protocol"
import { createEncoder } from "@canal/server"
import { rowsOf } from "./changes.ts"
import { readRowChanges } from "./canal-rows.ts"
import { report } from "./report.ts"
import { Stopwatch } from "./stopwatch.ts"
import { readTask } from "./task.ts"

/** The server's store, as far as it is used here. It is no part of what the package offers. */
interface Store {
  readonly bytes: number
  readonly next: number
  put(entries: ReturnType<typeof encoder.encode>, signal: AbortSignal): Promise<void>
  free(before: number): void
}

/** As much as a server holds by default. */
const STORE_BYTES = 16 * 2 ** 20

const task = readTask()
const rows = rowsOf(task)
const watch = new Stopwatch(task)
const ending = new AbortController()
const { EventStore } = await loadStore(join(task.root, "packages/server/src/store/event-store.ts"))
const store = new EventStore(STORE_BYTES)
const encoder = createEncoder()

const source = { ...task, tls: { mode: "off" } } as const
const from = { file: task.file, offset: task.start, included: true }
const filter = { current: tableFilter({ include: String.raw`${task.schema}\..*` }) }
const options = { signal: ending.signal, serverId: task.serverId, filter }
reading: for await (const arrived of changes(source, from, options)) {
  const entries = encoder.encode(arrived)
  if (entries.length === 0) continue
  if (store.bytes > STORE_BYTES / 2) store.free(store.next)
  await store.put(entries, ending.signal)
  let stored = 0
  for (const entry of entries) {
    stored += entry.rows
    if (task.digest) readRowChanges(changesOf(decodeEntry(entry.bytes)), rows)
  }
  if (watch.count(stored)) break reading
}
report(watch.result(rows.digest()))

function loadStore(path: string): Promise<{ readonly EventStore: new (limit: number) => Store }>
function loadStore(path: string): Promise<unknown> {
  return import(pathToFileURL(path).href)
}
