import { BinlogError } from "../errors.ts"
import type { GtidSet } from "./gtid-set.ts"
import { MariadbGtidSet } from "./mariadb-gtid-set.ts"
import { MysqlGtidSet } from "./mysql-gtid-set.ts"
import type { Position } from "./position.ts"

const MARIADB_START = /^\s*\d+-\d+-\d+\s*(,|$)/
const MYSQL_START = /^\s*[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\s*:/i
const FILE_AND_OFFSET = /^\s*([^\s:/\\]+):(\d{1,16})\s*$/

/** Reads `FILE:OFFSET` or a GTID set of either flavour. */
export function parsePosition(text: string): Position {
  if (MARIADB_START.test(text) || MYSQL_START.test(text)) return { gtids: parseGtidSet(text) }
  const [, file, digits] = FILE_AND_OFFSET.exec(text) ?? []
  const offset = Number(digits)
  if (file !== undefined && Number.isSafeInteger(offset)) return { file, offset }
  throw new BinlogError(
    "INVALID_TEXT",
    `"${text}" is not a position; write FILE:OFFSET such as binlog.000001:4, or a GTID set`,
  )
}

/** Reads a GTID set and tells the flavour by its look. An empty text is MySQL's. */
export function parseGtidSet(text: string): GtidSet {
  return MARIADB_START.test(text) ? MariadbGtidSet.parse(text) : MysqlGtidSet.parse(text)
}

/** The text that `parsePosition` reads. */
export function formatPosition(position: Position): string {
  return "file" in position ? `${position.file}:${position.offset}` : position.gtids.toString()
}
