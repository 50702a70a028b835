import type { Random } from "@canal/testbed"
import { TABLE } from "./playground.ts"

/** One statement that changes one row or the table. */
export interface Statement {
  readonly sql: string
  readonly values: readonly (string | number)[]
}

const GOODS = ["green tea", "Käse", "мёд", "豆腐", "olive oil", "bread"] as const
const DDL_EVERY = 12
const KEEP_AT_MOST = 12

type Kind = "insert" | "update" | "delete" | "alter"

/** Who watches only for a moment sees each kind of row change. */
const OPENING: readonly Kind[] = ["insert", "insert", "update", "delete", "insert"]

/** The life of a small shop without end: orders come, change and go, and now and then the table itself changes. */
export function* statements(random: Random): Generator<Statement, never> {
  yield {
    sql: `CREATE TABLE ${TABLE} (id INT UNSIGNED PRIMARY KEY, goods VARCHAR(40) NOT NULL, pieces INT NOT NULL, price DECIMAL(8,2), state ENUM('new','paid','sent') NOT NULL, changed DATETIME(3) NOT NULL)`,
    values: [],
  }
  const orders: number[] = []
  let lastOrder = 0
  let hasNote = false
  for (let step = 1; ; step += 1) {
    const order = orders[random.integer(0, orders.length - 1)]
    const kind = OPENING[step - 1] ?? pickKind(orders.length, step, random)
    if (kind === "alter") {
      hasNote = !hasNote
      yield {
        sql: `ALTER TABLE ${TABLE} ${hasNote ? "ADD COLUMN note VARCHAR(40)" : "DROP COLUMN note"}`,
        values: [],
      }
    } else if (order === undefined || kind === "insert") {
      lastOrder += 1
      orders.push(lastOrder)
      yield insertion(lastOrder, random)
    } else if (kind === "update") {
      yield update(order, hasNote, random)
    } else {
      orders.splice(orders.indexOf(order), 1)
      yield { sql: `DELETE FROM ${TABLE} WHERE id = ?`, values: [order] }
    }
  }
}

function pickKind(orders: number, step: number, random: Random): Kind {
  if (step % DDL_EVERY === 0) return "alter"
  if (orders < KEEP_AT_MOST && random.chance(0.45)) return "insert"
  return random.chance(0.7) ? "update" : "delete"
}

function insertion(order: number, random: Random): Statement {
  return {
    sql: `INSERT INTO ${TABLE} (id, goods, pieces, price, state, changed) VALUES (?, ?, ?, ?, 'new', NOW(3))`,
    values: [order, random.pick(GOODS), random.integer(1, 20), random.integer(99, 99_999) / 100],
  }
}

function update(order: number, hasNote: boolean, random: Random): Statement {
  const [column, value] = random.pick<readonly [string, string | number]>([
    ["pieces", random.integer(1, 20)],
    ["state", random.pick(["paid", "sent"])],
    hasNote
      ? ["note", random.pick(["gift wrap", "call first", "leave at the door"])]
      : ["price", random.integer(1, 500)],
  ])
  return { sql: `UPDATE ${TABLE} SET ${column} = ?, changed = NOW(3) WHERE id = ?`, values: [value, order] }
}
