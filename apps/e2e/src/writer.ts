import type { DatabaseServer, Random } from "@canal/testbed"

/** Writes numbered rows for as long as a test lasts. */
export interface Writer extends AsyncDisposable {
  /** The greatest number that was committed. */
  readonly last: number
  /** Writes no more, and says the last number. */
  stop(): Promise<number>
}

/**
 * Inserts rows into `e2e.changes` (created here) numbered 1, 2, 3 … in commit order, in transactions of one to twenty,
 * one after the other without a pause.
 */
export async function startWriter(database: DatabaseServer, random: Random): Promise<Writer> {
  await database.query("CREATE DATABASE IF NOT EXISTS e2e")
  await database.query("CREATE TABLE e2e.changes (n INT PRIMARY KEY, text VARCHAR(2000))")
  const connection = await database.connect()
  let last = 0
  const stopping = new AbortController()
  const writing = (async () => {
    while (!stopping.signal.aborted) {
      const rows = random.integer(1, 20)
      await connection.beginTransaction()
      for (let i = 1; i <= rows; i++) {
        await connection.query("INSERT INTO e2e.changes VALUES (?, ?)", [
          last + i,
          "x".repeat(random.integer(0, 2000)),
        ])
      }
      await connection.commit()
      last += rows
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
      await stop().finally(() => connection.destroy())
    },
  }
}
