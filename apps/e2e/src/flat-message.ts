/** A row of a FlatMessage: texts by column. */
export type FlatRow = Readonly<Record<string, string | null>>

/** What a line of `canal-client watch --format json` says. */
export interface FlatMessage {
  readonly data: readonly FlatRow[] | null
  readonly database: string
  readonly es: number
  readonly gtid: string
  readonly id: number
  readonly isDdl: boolean
  readonly mysqlType: FlatRow | null
  readonly old: readonly FlatRow[] | null
  readonly pkNames: readonly string[] | null
  readonly sql: string
  readonly sqlType: Readonly<Record<string, number>> | null
  readonly table: string
  readonly ts: number
  readonly type: string
}

/** Reads a line and refuses one that has other members than a FlatMessage, or in another order. */
export function readFlatMessage(line: string): FlatMessage {
  const message: unknown = JSON.parse(line)
  if (!isFlatMessage(message)) throw new Error(`not a FlatMessage: ${line.slice(0, 500)}`)
  return message
}

type Guard<T> = (value: unknown) => value is T

function isFlatMessage(value: unknown): value is FlatMessage {
  return (
    isObject(value) &&
    Object.keys(value).join(" ") === MEMBERS &&
    isNullOr(isListOf(isRow))(value["data"]) &&
    isNullOr(isListOf(isRow))(value["old"]) &&
    isNullOr(isListOf(isString))(value["pkNames"]) &&
    isNullOr(isRow)(value["mysqlType"]) &&
    isNullOr(isNumbers)(value["sqlType"]) &&
    [value["es"], value["id"], value["ts"]].every(isNumber) &&
    [value["database"], value["gtid"], value["sql"], value["table"], value["type"]].every(isString) &&
    typeof value["isDdl"] === "boolean"
  )
}

const MEMBERS = "data database es gtid id isDdl mysqlType old pkNames sql sqlType table ts type"

const isString: Guard<string> = (value) => typeof value === "string"
const isNumber: Guard<number> = (value): value is number => Number.isSafeInteger(value)
const isObject: Guard<Readonly<Record<string, unknown>>> = (
  value,
): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
const isRow: Guard<FlatRow> = (value): value is FlatRow =>
  isObject(value) && Object.values(value).every(isNullOr(isString))
const isNumbers: Guard<Readonly<Record<string, number>>> = (
  value,
): value is Readonly<Record<string, number>> => isObject(value) && Object.values(value).every(isNumber)

function isListOf<T>(isItem: Guard<T>): Guard<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(isItem)
}

function isNullOr<T>(isValue: Guard<T>): Guard<T | null> {
  return (value): value is T | null => value === null || isValue(value)
}
