import { BinlogError, connectSource } from "@canal/binlog-protocol"
import type { SourceOptions } from "@canal/binlog-protocol"
import type { RowDataPacket } from "mysql2/promise"
import type { Query, TextRow } from "./query.ts"

type Connection = Awaited<ReturnType<typeof connectSource>>

/** The second connection to a source, for questions. Opened when first used, and anew after it broke. */
export class SourceQueries implements AsyncDisposable {
  readonly #source: SourceOptions
  #connection: Connection | undefined

  constructor(source: SourceOptions) {
    this.#source = source
  }

  /** A statement on a connection that broke while it was idle is run again on a new one, once. */
  readonly query: Query = async (sql, values) => {
    if (this.#connection !== undefined) {
      try {
        return await this.#run(this.#connection, sql, values)
      } catch (error) {
        if (!isBroken(error)) throw error
        this.#drop()
      }
    }
    const connection = await connectSource(this.#source)
    this.#connection = connection
    try {
      return await this.#run(connection, sql, values)
    } catch (error) {
      if (!isBroken(error)) throw error
      this.#drop()
      throw new BinlogError("CONNECTION_LOST", "The source ended the connection that answers questions", {
        cause: error,
      })
    }
  };

  [Symbol.asyncDispose](): Promise<void> {
    this.#drop()
    return Promise.resolve()
  }

  async #run(connection: Connection, sql: string, values: readonly string[]): Promise<readonly TextRow[]> {
    const [rows] = await connection.query<RowDataPacket[]>({
      sql,
      values: [...values],
      typeCast: (field) => field.string(),
    })
    return rows.map(textRow)
  }

  #drop(): void {
    this.#connection?.destroy()
    this.#connection = undefined
  }
}

function textRow(row: RowDataPacket): TextRow {
  const texts: Record<string, string | null> = {}
  for (const [name, value] of Object.entries<unknown>(row))
    texts[name] = typeof value === "string" ? value : null
  return texts
}

/** Whether the connection is of no more use. mysql2 marks such errors; the others say that it is shut down or killed. */
function isBroken(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ("fatal" in error && error.fatal === true) return true
  return "errno" in error && typeof error.errno === "number" && ENDED.has(error.errno)
}

/** ER_SERVER_SHUTDOWN, ER_CLIENT_INTERACTION_TIMEOUT, ER_CONNECTION_KILLED of MariaDB, the client's own 2006 and 2013. */
const ENDED: ReadonlySet<number> = new Set([1053, 4031, 1927, 2006, 2013])
