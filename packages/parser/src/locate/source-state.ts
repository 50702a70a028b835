import { ParserError } from "../errors.ts"
import { publishNotice } from "../notices.ts"
import type { Query } from "../source/query.ts"

/** What a source says of itself and its binlog. */
export interface SourceState {
  readonly mariadb: boolean
  readonly version: string
  readonly serverId: number
  /** Where its binlog ends now. */
  readonly file: string
  readonly offset: number
  /** All transactions up to that end; "" where the source numbers none. */
  readonly executedGtids: string
}

/**
 * Asks a source for its state.
 *
 * @throws {ParserError} `BINLOG_OFF`, `STATEMENT_FORMAT` or `PRIVILEGE_MISSING` where it cannot be followed.
 */
export async function readSourceState(query: Query): Promise<SourceState> {
  const variables = await readVariables(query)
  const version = variables.get("version") ?? ""
  const mariadb = /mariadb/i.test(`${version} ${variables.get("version_comment") ?? ""}`)
  if (variables.get("log_bin") !== "ON")
    throw new ParserError(
      "BINLOG_OFF",
      "The source writes no binlog. Start it with log_bin (MariaDB: --log-bin) and a server_id",
    )
  checkFormat(variables.get("binlog_format"))
  checkImage(variables.get("binlog_row_image"))
  const status = await readStatus(query, mariadb)
  const file = status["File"] ?? ""
  const offset = Number(status["Position"] ?? 4)
  const executedGtids = mariadb
    ? await readMariadbGtids(query, file, offset)
    : (status["Executed_Gtid_Set"] ?? "").replaceAll(/\s/g, "")
  return { mariadb, version, serverId: Number(variables.get("server_id")), file, offset, executedGtids }
}

async function readVariables(query: Query): Promise<ReadonlyMap<string, string>> {
  const rows = await query(
    "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'version_comment', 'log_bin', 'server_id', 'binlog_format', 'binlog_row_image')",
    [],
  )
  return new Map(rows.map((row) => [row["Variable_name"] ?? "", row["Value"] ?? ""]))
}

function checkFormat(format: string | undefined): void {
  if (format === "STATEMENT")
    throw new ParserError(
      "STATEMENT_FORMAT",
      "The source logs statements instead of row changes (binlog_format=STATEMENT). Set binlog_format=ROW there",
    )
  if (format === "MIXED")
    publishNotice(
      "warning",
      "mixed-format",
      "The source may log some statements as text (binlog_format=MIXED); these are delivered as text. Set binlog_format=ROW there",
    )
}

function checkImage(image: string | undefined): void {
  if (image !== undefined && image !== "" && !image.startsWith("FULL"))
    publishNotice(
      "info",
      "partial-images",
      `The source logs only a part of each row (binlog_row_image=${image}); absent columns are left out`,
    )
}

/** MySQL 8.4 knows only the new name of the statement, MySQL before 8.2 and MariaDB only the old one. */
async function readStatus(query: Query, mariadb: boolean): ReturnType<typeof readFirst> {
  try {
    if (mariadb) return await readFirst(query, "SHOW MASTER STATUS")
    try {
      return await readFirst(query, "SHOW BINARY LOG STATUS")
    } catch (error) {
      if (errorNumber(error) !== SYNTAX_ERROR) throw error
      return await readFirst(query, "SHOW MASTER STATUS")
    }
  } catch (error) {
    const number = errorNumber(error)
    if (number !== undefined && ACCESS_ERRORS.has(number))
      throw new ParserError(
        "PRIVILEGE_MISSING",
        `The user lacks a privilege at the source. Grant it ${mariadb ? "REPLICATION SLAVE, BINLOG MONITOR" : "REPLICATION SLAVE, REPLICATION CLIENT"} on *.* and SELECT on the tables to follow`,
        { cause: error },
      )
    throw error
  }
}

async function readFirst(query: Query, sql: string): Promise<Readonly<Record<string, string | null>>> {
  return (await query(sql, []))[0] ?? {}
}

async function readMariadbGtids(query: Query, file: string, offset: number): Promise<string> {
  const row = await readFirst(
    query,
    `SELECT BINLOG_GTID_POS('${file.replaceAll("'", "''")}', ${offset}) AS gtids`,
  )
  return row["gtids"] ?? ""
}

const SYNTAX_ERROR = 1064
const ACCESS_ERRORS: ReadonlySet<number> = new Set([1044, 1045, 1142, 1227])

/** MySQL's number of an error, looked for in its causes too. */
function errorNumber(error: unknown): number | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if ("errno" in at && typeof at.errno === "number") return at.errno
  return undefined
}
