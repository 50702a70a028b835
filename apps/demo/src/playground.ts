import { parseSourceUrl } from "@canal/binlog-protocol"
import { type Connection, createConnection } from "mysql2/promise"

/** The database in which the writer works, and nowhere else. */
export const DATABASE = "canal_demo"

/** The writer's only table. */
export const TABLE = "orders"

/**
 * Takes the name `canal_demo` at a source, and drops that database when it is disposed of. What an earlier demo could
 * not remove is removed first.
 * @throws Error when the source cannot be reached, or has a database of that name which no demo made
 */
export async function openPlayground(source: string): Promise<AsyncDisposable> {
  await withConnection(source, async (connection) => {
    const tables = await tablesOf(connection)
    if (tables.some((name) => name !== TABLE)) {
      throw new Error(`the source has a database ${DATABASE} that is not this demo's: rename it first`)
    }
    await connection.query(`DROP DATABASE IF EXISTS ${DATABASE}`)
  })
  return {
    async [Symbol.asyncDispose]() {
      await withConnection(source, (connection) => connection.query(`DROP DATABASE IF EXISTS ${DATABASE}`))
    },
  }
}

async function withConnection(
  source: string,
  work: (connection: Connection) => Promise<unknown>,
): Promise<void> {
  const connection = await connectTo(source)
  try {
    await work(connection)
  } finally {
    await connection.end()
  }
}

/** Connects to a source for writing. */
export async function connectTo(source: string): Promise<Connection> {
  const { host, port, user, password } = parseSourceUrl(source)
  return createConnection({ host, port, user, password, charset: "utf8mb4" })
}

async function tablesOf(connection: Connection): Promise<readonly unknown[]> {
  const sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = ?"
  const [rows] = await connection.query({ sql, rowsAsArray: true }, [DATABASE])
  return Array.isArray(rows) ? rows.flat() : []
}
