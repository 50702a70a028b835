import type { BinlogEvent } from "@canal/binlog-protocol"

/** Types of events, in the words of `@canal/binlog-protocol`. */
const TYPES: Readonly<Record<BinlogEvent["type"], true>> = {
  rows: true,
  "table-map": true,
  query: true,
  xid: true,
  gtid: true,
  "mariadb-gtid": true,
  "previous-gtids": true,
  "mariadb-gtid-list": true,
  "format-description": true,
  rotate: true,
  stop: true,
  heartbeat: true,
  "rows-query": true,
  "annotate-rows": true,
  "transaction-payload": true,
  "xa-prepare": true,
  "int-var": true,
  random: true,
  "user-var": true,
  "binlog-checkpoint": true,
  "load-data": true,
  "load-block": true,
  "load-end": true,
  incident: true,
  unknown: true,
}

/** What may stand in a list of types: those of events, and the kinds of row changes. */
export const TYPE_NAMES: readonly string[] = [...Object.keys(TYPES), "insert", "update", "delete"]

/**
 * Reads a list of types, separated by commas.
 * @throws RangeError naming the one that is none.
 */
export function parseTypes(text: string): ReadonlySet<string> {
  const types = text.split(",").map((part) => part.trim().toLowerCase())
  const wrong = types.find((type) => !TYPE_NAMES.includes(type))
  if (wrong !== undefined) throw new RangeError(`has "${wrong}", which is none of ${TYPE_NAMES.join(", ")}`)
  return new Set(types)
}

export function hasType(event: BinlogEvent, types: ReadonlySet<string>): boolean {
  return types.has(event.type) || (event.type === "rows" && types.has(event.kind))
}
