import type { DatabaseServer } from "@canal/testbed"
import { SCHEMA, SEED_SCHEMA, type Workload, type Written } from "./workload.ts"

/** Arguments of a MySQL that writes workloads fast: nothing of it needs to survive a crash. */
export const sourceArgs: readonly string[] = [
  "--binlog-row-metadata=FULL",
  "--max-binlog-size=1G",
  "--innodb-buffer-pool-size=512M",
  "--innodb-redo-log-capacity=512M",
  "--innodb-flush-log-at-trx-commit=0",
  "--skip-innodb-doublewrite",
  "--default-time-zone=+00:00",
  "--cte-max-recursion-depth=10000000",
]

/** Creates the schemas of all workloads. */
export async function createSchemas(server: DatabaseServer): Promise<void> {
  await server.query(`CREATE DATABASE ${SCHEMA} CHARACTER SET utf8mb4`)
  await server.query(`CREATE DATABASE ${SEED_SCHEMA} CHARACTER SET utf8mb4`)
}

/** Writes a workload into a binlog file in which nothing else is. */
export async function writeWorkload(
  server: DatabaseServer,
  workload: Workload,
  changes: number,
): Promise<Written> {
  await workload.prepare(server)
  await server.query("FLUSH BINARY LOGS")
  const start = await binlogEnd(server)
  const written = await workload.write(server, changes)
  const end = await binlogEnd(server)
  if (end.file !== start.file) {
    throw new Error(`${workload.name} took more than one binlog file: ${start.file} to ${end.file}`)
  }
  // What comes later is in another file, so that a reader of this one comes to its end.
  await server.query("FLUSH BINARY LOGS")
  return { workload, changes: written, file: start.file, start: start.offset, end: end.offset }
}

/** Where the next event will be written. */
export async function binlogEnd(
  server: DatabaseServer,
): Promise<{ readonly file: string; readonly offset: number }> {
  const [status] = await server.query("SHOW BINARY LOG STATUS")
  return { file: String(status?.["File"]), offset: Number(status?.["Position"]) }
}
