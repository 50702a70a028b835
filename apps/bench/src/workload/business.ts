import type { DatabaseServer } from "@canal/testbed"
import {
  bytes,
  type Column,
  date,
  datetime,
  decimal,
  double,
  enumeration,
  float,
  integer,
  json,
  labelSet,
  nullable,
  type Table,
  text,
  time,
  timestamp,
  year,
} from "./column.ts"
import { createSeed, createTable, namesOf } from "./seed.ts"
import { SCHEMA, SEED_SCHEMA, type Workload } from "./workload.ts"

const TABLES = 20
const SEED_ROWS = 2000
const CONNECTIONS = 4

const key = integer("id", "BIGINT NOT NULL", 1n, 2n ** 63n - 1n)

/** What every table has beside its key, each table in an order of its own. An update changes the first two. */
const fields: readonly Column[] = [
  integer("quantity", "INT NOT NULL", -2_147_483_648n, 2_147_483_647n),
  text("remark", "VARCHAR(80) NOT NULL", 5, 40),
  integer("customer", "BIGINT NOT NULL", -(2n ** 63n), 2n ** 63n - 1n),
  nullable(integer("account", "BIGINT UNSIGNED", 0n, 2n ** 64n - 1n)),
  integer("priority", "SMALLINT NOT NULL", -32_768n, 32_767n),
  integer("active", "TINYINT NOT NULL", 0n, 1n),
  nullable(integer("area", "MEDIUMINT UNSIGNED", 0n, 16_777_215n)),
  decimal("price", 12, 2),
  nullable(decimal("total", 20, 6)),
  nullable(double("rate")),
  nullable(float("weight")),
  text("name", "VARCHAR(60) NOT NULL", 4, 30),
  nullable(text("email", "VARCHAR(255)", 10, 40)),
  text("phone", "VARCHAR(20) NOT NULL", 8, 16),
  text("street", "VARCHAR(100) NOT NULL", 5, 40),
  text("city", "VARCHAR(60) NOT NULL", 4, 20),
  text("country", "CHAR(2) NOT NULL", 2, 2),
  nullable(text("zip", "VARCHAR(10)", 4, 8)),
  nullable(date("due")),
  datetime("created", 0),
  nullable(datetime("paid", 3)),
  timestamp("changed", 6),
  nullable(time("opens", 0)),
  year("season"),
  enumeration("state", ["new", "paid", "sent", "returned"]),
  labelSet("channels", ["mail", "phone", "web"]),
  nullable(text("comment", "TEXT", 0, 120)),
  nullable(json("attributes")),
  nullable(bytes("token", "VARBINARY(16)", 16, 16)),
]

const tables: readonly Table[] = Array.from({ length: TABLES }, (_, table) => {
  const first = (table * 7) % fields.length
  return { name: `business_${table}`, columns: [key, ...fields.slice(first), ...fields.slice(0, first)] }
})

/** Transactions of one row: inserts, updates of two columns of thirty, and deletes, over twenty tables. */
export const business: Workload = {
  name: "business",
  tables,
  insertsOnly: false,
  async prepare(server) {
    await createSeed(server, "business", fields, SEED_ROWS)
    for (const table of tables) await createTable(server, table)
    await server.query(changeProcedure())
  },
  async write(server, changes) {
    const steps = Math.ceil(changes / TABLES)
    const share = TABLES / CONNECTIONS
    await Promise.all(
      Array.from({ length: CONNECTIONS }, (_, part) => call(server, part * share, (part + 1) * share, steps)),
    )
    return steps * TABLES
  },
}

async function call(server: DatabaseServer, first: number, end: number, steps: number): Promise<void> {
  const connection = await server.connect()
  try {
    await connection.query(`CALL ${SEED_SCHEMA}.change_business(${first}, ${end}, ${steps})`)
  } finally {
    await connection.end()
  }
}

/**
 * Each table goes through rounds of ten steps: four inserts, five updates of rows that are there, and the delete of the
 * second of the four, so that ids of the form 4n + 2 are gone.
 */
function changeProcedure(): string {
  const branches = tables.map(
    ({ name }, table) => `WHEN ${table} THEN
      IF place IN (0, 2, 5, 8) THEN
        INSERT INTO ${SCHEMA}.${name} (id, ${namesOf(fields)})
          SELECT round_of_ten * 4 + CASE place WHEN 0 THEN 1 WHEN 2 THEN 2 WHEN 5 THEN 3 ELSE 4 END, ${namesOf(fields)}
          FROM ${SEED_SCHEMA}.business WHERE n = (step * ${TABLES} + tab) MOD ${SEED_ROWS} + 1;
      ELSEIF place = 7 THEN
        DELETE FROM ${SCHEMA}.${name} WHERE id = round_of_ten * 4 + 2;
      ELSE
        UPDATE ${SCHEMA}.${name}
          SET quantity = IF(quantity > 0, quantity - 1, quantity + 1), remark = CONCAT('step ', step, ' of größe')
          WHERE id = there;
      END IF;`,
  )
  return `CREATE PROCEDURE ${SEED_SCHEMA}.change_business (first INT, behind INT, steps INT)
    BEGIN
      DECLARE step, tab, round_of_ten, place, there INT DEFAULT 0;
      WHILE step < steps DO
        SET round_of_ten = step DIV 10, place = step MOD 10;
        SET there = (step * 7919) MOD (round_of_ten * 4 + 1) + 1;
        IF there MOD 4 = 2 THEN SET there = there + 1; END IF;
        SET tab = first;
        WHILE tab < behind DO
          CASE tab
          ${branches.join("\n")}
          END CASE;
          SET tab = tab + 1;
        END WHILE;
        SET step = step + 1;
      END WHILE;
    END`
}
