import { integer, type Table, text } from "./column.ts"
import { createSeed, createTable, namesOf } from "./seed.ts"
import { SCHEMA, SEED_SCHEMA, type Workload } from "./workload.ts"

const SEED_ROWS = 1000

const table: Table = {
  name: "huge",
  columns: [
    integer("id", "INT NOT NULL", 1n, 2_147_483_647n),
    integer("k", "INT NOT NULL", -2_147_483_648n, 2_147_483_647n),
    text("title", "VARCHAR(255) NOT NULL", 100, 200),
    text("body", "TEXT NOT NULL", 600, 900),
  ],
}
const columns = table.columns.slice(1)

/** One transaction of rows of about a kilobyte: a million of them make one of 1 GB. */
export const huge: Workload = {
  name: "huge",
  tables: [table],
  insertsOnly: true,
  async prepare(server) {
    await createSeed(server, "huge", columns, SEED_ROWS)
    await createTable(server, table)
  },
  async write(server, changes) {
    const times = Math.ceil(changes / SEED_ROWS)
    await server.query(
      `INSERT INTO ${SCHEMA}.huge
         WITH RECURSIVE times (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM times WHERE i + 1 < ${times})
         SELECT i * ${SEED_ROWS} + n, ${namesOf(columns)} FROM times JOIN ${SEED_SCHEMA}.huge`,
    )
    return times * SEED_ROWS
  },
}
