import { createRandom } from "@canal/testbed"
import type { BackendName } from "./backends.ts"
import { Cluster, type ServerNode } from "./cluster.ts"
import { startNumberedWriter } from "./numbered-writer.ts"
import { Witness } from "./witness.ts"

export interface TakeOverOptions {
  readonly backend: BackendName
  /** How a server ends. */
  readonly end: "planned" | "crash"
  readonly times: number
  /** Milliseconds. */
  readonly session: number
  readonly protection: number
}

const PATIENCE = 60_000

/**
 * Ends the active server again and again while changes are written, and measures from the signal until another server
 * hands out its first batch.
 * @returns milliseconds, in the order in which they were measured
 */
export async function takeOverTimes(options: TakeOverOptions): Promise<readonly number[]> {
  const witness = new Witness()
  await using cluster = await Cluster.start({ ...options, witness })
  await using writer = await startNumberedWriter(cluster.database, createRandom())
  const times: number[] = []
  while (times.length < options.times) {
    await witness.reaches(writer.last + 1, PATIENCE)
    const server = cluster.activeServer
    if (server === undefined) continue
    const began = Date.now()
    await end(server, options.end)
    const first = await witness.succeeded(server.address, began, PATIENCE)
    if (first === undefined) throw new Error(`no server took over within ${PATIENCE} ms`)
    times.push(first - began)
    await cluster.startServer(server)
    // The next one must find it standing by.
    await server.app.line(/standing by/)
  }
  return times
}

async function end({ app }: ServerNode, how: "planned" | "crash"): Promise<void> {
  await (how === "planned" ? app.terminate() : app.kill9())
}
