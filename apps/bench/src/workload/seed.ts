import { createRandom, type DatabaseServer } from "@canal/testbed"
import type { Column, Table } from "./column.ts"
import { SCHEMA, SEED_SCHEMA } from "./workload.ts"

/** Rows of a seed; those of a workload repeat them, each under a key of its own. */
export const SEED_ROWS = 10_000

const ROWS_A_STATEMENT = 500
/** The same contents in every run. */
const SEED = 20_261_123

/** Creates `SEED_SCHEMA.name` with `n` from 1 to `count` and the columns, filled with random values. */
export async function createSeed(
  server: DatabaseServer,
  name: string,
  columns: readonly Column[],
  count: number = SEED_ROWS,
): Promise<void> {
  const random = createRandom(SEED)
  await server.query(`CREATE TABLE ${SEED_SCHEMA}.${name} (n INT PRIMARY KEY, ${definitions(columns)})`)
  for (let n = 1; n <= count; n += ROWS_A_STATEMENT) {
    const rows = Array.from({ length: ROWS_A_STATEMENT }, (_, i) => [
      n + i,
      ...columns.map((column) => column.value(random)),
    ])
    await server.query(`INSERT INTO ${SEED_SCHEMA}.${name} VALUES ?`, [rows])
  }
}

/** Creates a table of a workload. */
export async function createTable(server: DatabaseServer, { name, columns }: Table): Promise<void> {
  const [key] = columns
  await server.query(
    `CREATE TABLE ${SCHEMA}.${name} (${definitions(columns)}, PRIMARY KEY (${key?.name ?? ""}))`,
  )
}

export function namesOf(columns: readonly Column[]): string {
  return columns.map(({ name }) => name).join(", ")
}

function definitions(columns: readonly Column[]): string {
  return columns.map(({ name, type }) => `${name} ${type}`).join(", ")
}
