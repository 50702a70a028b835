import { startServer, whileServing } from "../run/server.ts"
import { readingTask, WARM_UP } from "../run/reading-task.ts"
import { runSubject } from "../run/subject.ts"
import type { Probe, Quantities } from "../run/probe.ts"
import { resultSchema } from "../subject/task.ts"
import { createSeed, createTable, namesOf } from "../workload/seed.ts"
import { wide } from "../workload/wide.ts"
import { SCHEMA, SEED_SCHEMA } from "../workload/workload.ts"
import type { FigurePlan } from "./figure.ts"
import { writePaced } from "./latency.ts"

const ROWS_A_TRANSACTION = 100
const TRANSACTIONS_A_SECOND = 100
const CONNECTIONS = 4
const SEED_ROWS = 1000

const table = { name: "steady", columns: wide.tables[0]?.columns ?? [] }

const probe: Probe = {
  name: "steady",
  group: "steady",
  async run(bench, root) {
    const columns = table.columns.slice(1)
    const names = namesOf(columns)
    await bench.once("steady", () => createSeed(bench.source, "steady", columns, SEED_ROWS))
    // The keys begin anew.
    await bench.source.query(`DROP TABLE IF EXISTS ${SCHEMA}.steady`)
    await createTable(bench.source, table)
    const transactions = Math.ceil((TRANSACTIONS_A_SECOND * bench.scale.steadySeconds) / (1 - WARM_UP))
    const changes = transactions * ROWS_A_TRANSACTION
    await using server = await startServer(bench, root, undefined, true)
    await server.app.line(/ready: /)
    // A client needs no place in the binlog.
    const range = { workload: { tables: [table], insertsOnly: true }, changes, file: "", start: 0, end: 0 }
    const task = readingTask(bench.source, range, root)
    return await whileServing(server, async (signal): Promise<Quantities> => {
      const told = [task, server.served]
      const reading = runSubject(bench, {
        program: "canal-client",
        root,
        told,
        result: resultSchema,
        signal,
        isMeasured: true,
      })
      const writing = writePaced(bench, root, signal, {
        connections: CONNECTIONS,
        sql: `INSERT INTO ${SCHEMA}.steady
          SELECT turn * ${ROWS_A_TRANSACTION} + (n - 1) MOD ${ROWS_A_TRANSACTION}, ${names}
          FROM (SELECT ? AS turn) AS at JOIN ${SEED_SCHEMA}.steady
            ON n > turn * ${ROWS_A_TRANSACTION} MOD ${SEED_ROWS}
            AND n <= turn * ${ROWS_A_TRANSACTION} MOD ${SEED_ROWS} + ${ROWS_A_TRANSACTION}`,
        number: "turn",
        perSecond: TRANSACTIONS_A_SECOND,
        count: transactions,
      })
      const [{ seconds, cpuSeconds, serverCpuSeconds = Number.NaN }] = await Promise.all([reading, writing])
      return { server: (serverCpuSeconds / seconds) * 100, client: (cpuSeconds / seconds) * 100 }
    })
  },
}

/** What ten thousand wide rows a second take, in transactions of a hundred. */
export const steadyFigures: readonly FigurePlan[] = [
  {
    figure: "cpu/10k-wide",
    unit: "% of a core",
    better: "less",
    quantity: { probe, name: "server" },
    floor: 15,
  },
  {
    figure: "cpu/10k-wide/client",
    unit: "% of a core",
    better: "less",
    quantity: { probe, name: "client" },
    floor: null,
  },
]
