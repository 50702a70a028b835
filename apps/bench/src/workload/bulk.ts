import type { DatabaseServer } from "@canal/testbed"
import type { Table } from "./column.ts"
import { createSeed, createTable, namesOf, SEED_ROWS } from "./seed.ts"
import { SCHEMA, SEED_SCHEMA, type Workload } from "./workload.ts"

/** A workload of inserts into one table, `ROWS_A_TRANSACTION` rows a transaction, one statement each. */
export const ROWS_A_TRANSACTION = 1000

export function bulkWorkload(table: Table): Workload {
  const { name } = table
  const columns = table.columns.slice(1)
  return {
    name,
    tables: [table],
    insertsOnly: true,
    async prepare(server: DatabaseServer) {
      await createSeed(server, name, columns)
      await createTable(server, table)
      await server.query(
        `CREATE PROCEDURE ${SEED_SCHEMA}.fill_${name} (total INT)
         BEGIN
           DECLARE done INT DEFAULT 0;
           WHILE done < total DO
             INSERT INTO ${SCHEMA}.${name}
               SELECT done - done MOD ${SEED_ROWS} + n, ${namesOf(columns)} FROM ${SEED_SCHEMA}.${name}
               WHERE n > done MOD ${SEED_ROWS} AND n <= done MOD ${SEED_ROWS} + ${ROWS_A_TRANSACTION};
             SET done = done + ${ROWS_A_TRANSACTION};
           END WHILE;
         END`,
      )
    },
    async write(server, changes) {
      const rows = Math.ceil(changes / ROWS_A_TRANSACTION) * ROWS_A_TRANSACTION
      await server.query(`CALL ${SEED_SCHEMA}.fill_${name}(${rows})`)
      return rows
    },
  }
}
