import { setTimeout as sleep } from "node:timers/promises"
import type { DatabaseServer, Random } from "@canal/testbed"

/** Changes rows for as long as a test lasts, through restarts of the database. */
export interface NumberedWriter extends AsyncDisposable {
  /** The number of the last change that is known to be committed. */
  readonly last: number
  /** Writes no more, and says the last number. */
  stop(): Promise<number>
}

const ROWS = 50
/** Milliseconds between two transactions, so that the machine is not busy with writing alone. */
const PAUSE = 10

/**
 * Updates rows of `e2e.chaos` (created here), each time with the next number: 1, 2, 3 … in commit order, in transactions of
 * one to five. A transaction whose outcome a crash hid is looked up.
 */
export async function startNumberedWriter(database: DatabaseServer, random: Random): Promise<NumberedWriter> {
  await database.query("CREATE DATABASE IF NOT EXISTS e2e")
  await database.query("CREATE TABLE e2e.chaos (id INT PRIMARY KEY, n INT NOT NULL, text VARCHAR(500))")
  const values = Array.from({ length: ROWS }, (_, id) => `(${id}, 0, '')`)
  await database.query(`INSERT INTO e2e.chaos VALUES ${values.join()}`)
  const stopping = new AbortController()
  let last = 0

  async function transaction(): Promise<void> {
    const changes = random.integer(1, 5)
    await database.query("BEGIN")
    for (let i = 1; i <= changes; i++) {
      const text = "x".repeat(random.integer(0, 500))
      const row = random.integer(0, ROWS - 1)
      await database.query("UPDATE e2e.chaos SET n = ?, text = ? WHERE id = ?", [last + i, text, row])
    }
    await database.query("COMMIT")
    last += changes
  }

  /** Until the database is back. What was not committed when it went away never will be. */
  async function lookUp(): Promise<void> {
    for (;;) {
      try {
        const [row] = await database.query("SELECT MAX(n) AS n FROM e2e.chaos")
        last = Number(row?.["n"])
        return
      } catch {
        await sleep(100)
      }
    }
  }

  const writing = (async () => {
    while (!stopping.signal.aborted) {
      try {
        await transaction()
      } catch {
        await lookUp()
      }
      await sleep(PAUSE)
    }
  })()
  const stop = async (): Promise<number> => {
    stopping.abort()
    await writing
    return last
  }
  return {
    get last() {
      return last
    },
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
    },
  }
}
