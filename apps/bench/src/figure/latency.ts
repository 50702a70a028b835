import type { z } from "zod"
import type { Bench } from "../run/bench.ts"
import type { Probe, Quantities } from "../run/probe.ts"
import { startServer, whileServing } from "../run/server.ts"
import { runSubject } from "../run/subject.ts"
import { latencyResultSchema, pacedResultSchema, type PacedTask } from "../subject/paced-task.ts"
import { SCHEMA } from "../workload/workload.ts"
import type { FigurePlan } from "./figure.ts"

const TRANSACTIONS_A_SECOND = 1000
const CONNECTIONS = 8
/** Seconds before delays count. */
const WARM_UP = 3

const probe: Probe = {
  name: "latency",
  group: "steady",
  async run(bench, root) {
    await bench.once("latency", () =>
      bench.source.query(
        `CREATE TABLE ${SCHEMA}.latency (id BIGINT AUTO_INCREMENT PRIMARY KEY, sent BIGINT NOT NULL)`,
      ),
    )
    const changes = TRANSACTIONS_A_SECOND * (WARM_UP + bench.scale.steadySeconds)
    await using server = await startServer(bench, root, undefined, true)
    await server.app.line(/ready: /)
    return await whileServing(server, async (signal): Promise<Quantities> => {
      const reading = runSubject(bench, {
        program: "latency-client",
        root,
        told: [
          { table: "latency", column: "sent", changes, warmUp: TRANSACTIONS_A_SECOND * WARM_UP },
          server.served,
        ],
        result: latencyResultSchema,
        signal,
        isMeasured: true,
      })
      const writing = writePaced(bench, root, signal, {
        connections: CONNECTIONS,
        sql: `INSERT INTO ${SCHEMA}.latency (sent) VALUES (?)`,
        number: "clock",
        perSecond: TRANSACTIONS_A_SECOND,
        count: changes,
      })
      const [delays, { p99 }] = await Promise.all([reading, writing])
      return { ...delays, sourceP99: p99 }
    })
  },
}

/** From right before an INSERT is sent to the client's handler, at a thousand transactions a second. */
export const latencyFigures: readonly FigurePlan[] = [
  delay("latency/p50", "p50", 3),
  delay("latency/p99", "p99", 15),
  delay("latency/longest", "longest", null),
  // What of it is the source's: until the writer has its answer.
  delay("latency/source/p99", "sourceP99", null),
]

function delay(figure: string, name: string, floor: number | null): FigurePlan {
  return { figure, unit: "ms", better: "less", quantity: { probe, name }, floor }
}

/** The least part of a pace that counts as having kept it. */
const PACE_KEPT = 0.95

/**
 * Writes at a steady pace in a process of its own.
 * @throws Error when the source did not keep up: what was measured says nothing then
 */
export async function writePaced(
  bench: Bench,
  root: string,
  signal: AbortSignal,
  task: Omit<PacedTask, "host" | "port" | "user" | "password">,
): Promise<z.infer<typeof pacedResultSchema>> {
  const { host, port, admin } = bench.source
  const written = await runSubject(bench, {
    program: "paced-writer",
    root,
    told: [{ host, port, ...admin, ...task }],
    result: pacedResultSchema,
    signal,
    isMeasured: false,
  })
  if (written.perSecond < task.perSecond * PACE_KEPT) {
    throw new Error(
      `the source took ${Math.round(written.perSecond)} statements a second and not ${task.perSecond}: the machine is too busy to measure this`,
    )
  }
  return written
}
