import { z } from "zod"
import type { Probe } from "../run/probe.ts"
import { readingTask } from "../run/reading-task.ts"
import { startServer, whileServing } from "../run/server.ts"
import { runSubject } from "../run/subject.ts"
import { cpuOf } from "../subject/process-status.ts"
import { wide } from "../workload/wide.ts"
import type { FigurePlan, Quantity } from "./figure.ts"

const resultSchema = z.object({ entries: z.number() })

/** Bytes of binlog that the clients read: reading them ten times is work for one process. */
const READ_BYTES = 64e6

/** Ten clients may cost two and a half times what one does. */
const LEAST_RATIO = 1 / 2.5

/** What the server takes of a core for ten clients of one destination, beside what it takes for one. */
export const tenClientsFigures: readonly FigurePlan[] = [
  {
    figure: "ten-clients",
    unit: "s CPU",
    better: "less",
    quantity: serverCpu(10),
    peer: { name: "one client", quantity: serverCpu(1) },
    floor: LEAST_RATIO,
  },
]

function serverCpu(clients: number): Quantity {
  const probe: Probe = {
    name: `clients/${clients}`,
    group: wide.name,
    async run(bench, root, pass) {
      const written = await bench.written(wide)
      await using server = await startServer(bench, root, written, true)
      const task = readingTask(bench.source, written, root, { laps: bench.scale.laps })
      const before = cpuOf(server.app.pid)
      await whileServing(server, (signal) =>
        runSubject(bench, {
          program: "many-clients",
          root,
          told: [
            { ...task, end: Math.min(task.end, task.start + READ_BYTES) },
            { ...server.served, clients },
          ],
          result: resultSchema,
          signal,
          isMeasured: false,
          pass,
          beside: [server.app],
        }),
      )
      return { cpu: cpuOf(server.app.pid) - before }
    },
  }
  return { probe, name: "cpu" }
}
