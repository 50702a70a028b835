import { differences } from "../digest/digest.ts"
import type { Pass } from "../run/baton.ts"
import type { Bench } from "../run/bench.ts"
import type { Probe } from "../run/probe.ts"
import { startServer, whileServing } from "../run/server.ts"
import { readingTask } from "../run/reading-task.ts"
import { runSubject } from "../run/subject.ts"
import { type Result, resultSchema } from "../subject/task.ts"
import type { Workload } from "../workload/workload.ts"
import { type FigurePlan, MEMORY_LIMIT } from "./figure.ts"
import { columnsOf, zongjiRate } from "./reading.ts"

/** Server process to client process, beside a peer that only decodes; and what the two take. */
export function endToEndFigures(workload: Workload, floor: number): readonly FigurePlan[] {
  const probe = endToEndProbe(workload)
  const { name } = workload
  const cpu = { unit: "µs CPU/change", better: "less" } as const
  return [
    {
      figure: `end-to-end/${name}`,
      unit: "changes/s",
      better: "more",
      quantity: { probe, name: "rate" },
      peer: zongjiRate(workload),
      floor,
    },
    {
      figure: `end-to-end/${name}/client`,
      ...cpu,
      quantity: { probe, name: "clientCpu" },
      peer: { name: "canal-server", quantity: { probe, name: "serverCpu" } },
      floor: 1,
    },
    memoryFigure(workload),
  ]
}

/** Most memory that the server has resident while a client reads the workload. */
export function memoryFigure(workload: Workload): FigurePlan {
  return {
    figure: `memory/${workload.name}`,
    unit: "MB",
    better: "less",
    quantity: { probe: endToEndProbe(workload), name: "serverMemory" },
    floor: MEMORY_LIMIT,
  }
}

/** A client of canal-server that reads a workload from its first change to its last. */
export function endToEndProbe(workload: Workload): Probe {
  return {
    name: `end-to-end/${workload.name}`,
    group: workload.name,
    async run(bench, root, pass) {
      const result = await readThroughServer(bench, root, workload, pass)
      const {
        changes,
        seconds,
        cpuSeconds,
        serverCpuSeconds = Number.NaN,
        serverPeakMemory = Number.NaN,
      } = result
      return {
        rate: changes / seconds,
        clientCpu: (cpuSeconds / changes) * 1e6,
        serverCpu: (serverCpuSeconds / changes) * 1e6,
        serverMemory: serverPeakMemory / 1e6,
      }
    },
    async check(bench, root) {
      const wanted = await bench.digest(workload)
      const { digest } = await readThroughServer(bench, root, workload)
      return differences(digest ?? {}, wanted, (table) => columnsOf(workload, table))
    },
  }
}

/** Timed in laps, with `pass`; without, for its digest. */
async function readThroughServer(
  bench: Bench,
  root: string,
  workload: Workload,
  pass?: Pass,
): Promise<Result> {
  const written = await bench.written(workload)
  const isMeasured = pass !== undefined
  await using server = await startServer(bench, root, written, isMeasured)
  const how = isMeasured ? { laps: bench.scale.laps } : { digest: true }
  const told = [readingTask(bench.source, written, root, how), server.served]
  return await whileServing(server, (signal) => {
    const run = { program: "canal-client", root, told, result: resultSchema, signal, isMeasured }
    return runSubject(bench, isMeasured ? { ...run, pass, beside: [server.app] } : run)
  })
}
