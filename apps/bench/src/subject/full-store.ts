// A server whose store fills because no client comes: how much memory the process holds then, once it is full.
import { setTimeout as sleep } from "node:timers/promises"
import { createMemorySpace } from "@canal/coordination/memory"
import { memoryCursors } from "@canal/cursor-store"
import { startServer } from "@canal/server"
import { z } from "zod"
import { report } from "./report.ts"
import { readTask } from "./task.ts"
import { told } from "./told.ts"

/** Milliseconds between two looks, and how many that show the same mean that nothing more comes. */
const LOOK = 100
const LOOKS = 20
/** What may come and go while nothing happens, in bytes. */
const NOISE = 2 ** 16

const task = readTask()
const storeBytes = told(1, z.number())

await using server = await startServer({
  listen: { host: "127.0.0.1", port: 0 },
  coordination: createMemorySpace(),
  destinations: [
    {
      name: "bench",
      source: { ...task, tls: { mode: "off" } },
      from: { file: task.file, offset: task.start, included: true },
      filter: String.raw`${task.schema}\..*`,
      serverId: task.serverId,
      cursors: memoryCursors(),
      storeBytes,
    },
  ],
})
await server.ready
let held = -NOISE
for (let same = 0; same < LOOKS; same++) {
  await sleep(LOOK)
  const now = heldMemory()
  if (Math.abs(now - held) > NOISE) same = 0
  held = now
}
report({ held })

/** Bytes of values and buffers that something still refers to. */
function heldMemory(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
