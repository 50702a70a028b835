import { differences } from "../digest/digest.ts"
import { readingTask } from "../run/reading-task.ts"
import { runSubject } from "../run/subject.ts"
import { type Result, resultSchema } from "../subject/task.ts"
import type { Pass } from "../run/baton.ts"
import type { Bench } from "../run/bench.ts"
import type { Probe, Quantities } from "../run/probe.ts"
import type { Workload } from "../workload/workload.ts"
import type { FigurePlan } from "./figure.ts"

export const ZONGJI = "@vlasky/zongji"

/** The rate at which the fastest peer decodes the workload. */
export function zongjiRate(workload: Workload): NonNullable<FigurePlan["peer"]> {
  return { name: ZONGJI, quantity: { probe: readingProbe("zongji-values", workload), name: "rate" } }
}

/** A process of `subject/` that reads a workload from its first change to its last. */
export function readingProbe(
  program: string,
  workload: Workload,
  { checked }: { readonly checked: boolean } = { checked: true },
): Probe {
  const probe: Probe = {
    name: `${program}/${workload.name}`,
    group: workload.name,
    async run(bench: Bench, root: string, pass: Pass): Promise<Quantities> {
      const { changes, seconds, cpuSeconds, bytes, peakMemory } = await read(
        program,
        workload,
        bench,
        root,
        pass,
      )
      return {
        rate: changes / seconds,
        cpu: (cpuSeconds / changes) * 1e6,
        throughput: bytes / seconds / 1e6,
        memory: peakMemory / 1e6,
      }
    },
  }
  return checked ? { ...probe, check: (bench, root) => checkReading(program, workload, bench, root) } : probe
}

/** Reads it again, with a digest of all values, and says what differs from what the source itself says. */
async function checkReading(
  program: string,
  workload: Workload,
  bench: Bench,
  root: string,
): Promise<readonly string[]> {
  const wanted = await bench.digest(workload)
  const { digest } = await read(program, workload, bench, root)
  return differences(digest ?? {}, wanted, (table) => columnsOf(workload, table))
}

export function columnsOf({ tables }: Workload, table: string): readonly string[] {
  return tables.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? []
}

/** Timed in laps, with `pass`; without, for its digest. */
async function read(
  program: string,
  workload: Workload,
  bench: Bench,
  root: string,
  pass?: Pass,
): Promise<Result> {
  const isMeasured = pass !== undefined
  const how = isMeasured ? { laps: bench.scale.laps } : { digest: true }
  const task = readingTask(bench.source, await bench.written(workload), root, how)
  const run = { program, root, told: [task], result: resultSchema, isMeasured }
  return runSubject(bench, isMeasured ? { ...run, pass } : run)
}
