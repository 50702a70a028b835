import { z } from "zod"
import type { Bench } from "../run/bench.ts"
import type { Probe } from "../run/probe.ts"
import { readingTask } from "../run/reading-task.ts"
import { startServer, whileServing } from "../run/server.ts"
import { runSubject } from "../run/subject.ts"
import { business } from "../workload/business.ts"
import { narrow } from "../workload/narrow.ts"
import { type FigurePlan, MEMORY_LIMIT } from "./figure.ts"

const MIB = 2 ** 20
const slowResult = z.object({ changes: z.number(), peakMemory: z.number() })
const storeResult = z.object({ held: z.number() })

/** Milliseconds that the slow client takes for a batch. */
const PAUSE = 200
/** The two bounds of a store between which its memory must grow by their difference. */
const SMALL = 8 * MIB
const LARGE = 72 * MIB
/** A store may hold a tenth more than it was told. */
const GREATEST_EXCESS = 1.1

const slowClient: Probe = {
  name: "slow-client",
  group: "slow-client",
  async run(bench, root) {
    const written = await bench.written(business)
    await using server = await startServer(bench, root, written, true)
    const slow = { ...server.served, pause: PAUSE, batches: (bench.scale.steadySeconds * 1000) / PAUSE }
    const { peakMemory } = await whileServing(server, (signal) =>
      runSubject(bench, {
        program: "slow-client",
        root,
        told: [slow],
        result: slowResult,
        signal,
        isMeasured: false,
      }),
    )
    return { memory: peakMemory / 1e6 }
  },
}

const fullStore: Probe = {
  name: "full-store",
  group: "full-store",
  async run(bench, root) {
    const small = await heldBy(SMALL, bench, root)
    const large = await heldBy(LARGE, bench, root)
    return { excess: (large - small) / (LARGE - SMALL) }
  },
}

/** What a server has resident whose client is slow, and what a store really holds beside what it may hold. */
export const boundedMemoryFigures: readonly FigurePlan[] = [
  {
    figure: "memory/slow-client",
    unit: "MB",
    better: "less",
    quantity: { probe: slowClient, name: "memory" },
    floor: MEMORY_LIMIT,
  },
  {
    figure: "memory/store-bound",
    unit: "× storeBytes",
    better: "less",
    quantity: { probe: fullStore, name: "excess" },
    floor: GREATEST_EXCESS,
  },
]

async function heldBy(storeBytes: number, bench: Bench, root: string): Promise<number> {
  const { held } = await runSubject(bench, {
    program: "full-store",
    root,
    told: [readingTask(bench.source, await bench.written(narrow), root), storeBytes],
    result: storeResult,
    nodeArgs: ["--expose-gc"],
    isMeasured: true,
  })
  return held
}
