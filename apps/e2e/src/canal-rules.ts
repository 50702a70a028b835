// How Canal shows a column, told from its definition and from what a SELECT shows: rules of the tests' own, which share
// nothing with the encoder.
import type { TypedColumn } from "@canal/testbed"

/** The text that a line has for the cell that a SELECT in UTC gave. */
export function canalText(column: TypedColumn, cell: unknown, timeZone: string): string | null {
  if (cell === null) return null
  if (typeof cell === "number")
    return column.type.startsWith("FLOAT") ? javaText(cell, shortestFloat) : javaText(cell, shortestDouble)
  if (typeof cell !== "string") throw new TypeError(`A SELECT gave a ${typeof cell} for ${column.type}`)
  const text = column.entryText(cell)
  return column.type.startsWith("TIMESTAMP") ? inZone(text, timeZone) : text
}

/** A number as Java prints it, with the fewest digits that read back as the same. */
function javaText(value: number, shortest: (value: number) => string): string {
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0"
  const [mantissa = "", exponent = ""] = shortest(value).split("e")
  const digits = mantissa.replaceAll(/[-.]/g, "")
  const sign = value < 0 ? "-" : ""
  const power = Number(exponent)
  if (power >= -3 && power < 7) {
    const padded = power < 0 ? "0".repeat(-power) + digits : digits.padEnd(power + 1, "0")
    const point = Math.max(power, 0) + 1
    return `${sign}${padded.slice(0, point)}.${padded.slice(point) || "0"}`
  }
  return `${sign}${digits.slice(0, 1)}.${digits.slice(1) || "0"}E${power}`
}

const shortestDouble = (value: number): string => value.toExponential()

function shortestFloat(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = nearestEven(value, digits)
    if (Math.fround(Number(text)) === value) return text.replace(/\.?0+e/, "e")
  }
  return value.toExponential(9)
}

/** So many digits behind the point; of two numbers as near, the one whose last digit is even. JavaScript takes the larger. */
function nearestEven(value: number, digits: number): string {
  const [, kept = "", rest = "", exponent = ""] =
    new RegExp(String.raw`^(-?\d\.\d{${digits}})(\d*)(e.*)$`).exec(value.toExponential(20)) ?? []
  return /^50*$/.test(rest) && /[02468]$/.test(kept) ? kept + exponent : value.toExponential(digits)
}

/** A UTC time in a time zone, its fraction as it is. */
function inZone(utc: string, timeZone: string): string {
  if (utc.startsWith("0000")) return utc
  const [whole = "", fraction] = utc.split(".")
  // Sweden writes times as MySQL does.
  const local = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" })
  const text = local.format(new Date(`${whole.replace(" ", "T")}Z`))
  return fraction === undefined ? text : `${text}.${fraction}`
}

/** The sqlType that a line gives to a value of a column so defined. */
export function sqlTypeOf(definition: string, value: string | null, mariadb: boolean): number {
  const [word = ""] = definition.split(/[ (]/)
  if (word === "SET") return value === null ? 2004 : -7
  if (word === "JSON") return mariadb ? 2005 : value === null ? 1111 : 12
  const unsigned = UNSIGNED[word]
  if (unsigned !== undefined && value !== null && /UNSIGNED|ZEROFILL/.test(definition)) {
    const [bits, promoted] = unsigned
    if (BigInt(value) >= 1n << BigInt(bits - 1)) return promoted
  }
  const code = SQL_TYPES[word]
  if (code === undefined) throw new Error(`no rule for ${definition}`)
  return code
}

/** Bits of an unsigned integer, and the sqlType of a value that has its highest one. */
const UNSIGNED: Readonly<Record<string, readonly [bits: number, sqlType: number]>> = {
  TINYINT: [8, 5],
  SMALLINT: [16, 4],
  MEDIUMINT: [24, 4],
  INT: [32, -5],
  BIGINT: [64, 3],
}

const SQL_TYPES: Readonly<Record<string, number>> = {
  TINYINT: -6,
  BOOLEAN: -6,
  SMALLINT: 5,
  MEDIUMINT: 4,
  INT: 4,
  BIGINT: -5,
  DECIMAL: 3,
  FLOAT: 7,
  DOUBLE: 8,
  BIT: -7,
  YEAR: 12,
  DATE: 91,
  TIME: 92,
  DATETIME: 93,
  TIMESTAMP: 93,
  CHAR: 1,
  VARCHAR: 12,
  TINYTEXT: 2005,
  TEXT: 2005,
  MEDIUMTEXT: 2005,
  LONGTEXT: 2005,
  BINARY: 2004,
  VARBINARY: 2004,
  TINYBLOB: 2004,
  BLOB: 2004,
  MEDIUMBLOB: 2004,
  LONGBLOB: 2004,
  ENUM: 4,
  GEOMETRY: 2004,
  POINT: 2004,
  LINESTRING: 2004,
  POLYGON: 2004,
  MULTIPOINT: 2004,
  VECTOR: 2004,
  INET4: 1,
  INET6: 1,
  UUID: 1,
}

/** A type as the source or a line writes it, without what the row metadata does not say. */
export function bareType(type: string): string {
  return type
    .replace(/^((?:tiny|small|medium|big)?int|year|float|double)\([\d,]+\)/, "$1")
    .replace(" zerofill", "")
    .replace(/ \/\*.*\*\//, "")
}

/** Values at the ends of a type's range, as far as it has ends. */
export function edgesOf(definition: string): readonly (string | number)[] {
  for (const [pattern, low, high] of EDGES) if (pattern.test(definition)) return [low, high]
  return []
}

const EDGES: readonly (readonly [type: RegExp, low: string | number, high: string | number])[] = [
  [/^TINYINT UNSIGNED/, 0, 255],
  [/^TINYINT/, -128, 127],
  [/^SMALLINT UNSIGNED/, 0, 65_535],
  [/^SMALLINT/, -32_768, 32_767],
  [/^MEDIUMINT UNSIGNED/, 0, 16_777_215],
  [/^MEDIUMINT/, -8_388_608, 8_388_607],
  [/^INT UNSIGNED|^INT.*ZEROFILL/, 0, 4_294_967_295],
  [/^INT$/, -2_147_483_648, 2_147_483_647],
  [/^BIGINT UNSIGNED/, 0, "18446744073709551615"],
  [/^BIGINT/, "-9223372036854775808", "9223372036854775807"],
  [/^DECIMAL\(65,30\)/, `-${"9".repeat(35)}.${"9".repeat(30)}`, `0.${"0".repeat(29)}1`],
  [/^DECIMAL\(18,4\)/, "-99999999999999.9999", "0.0001"],
  [/^FLOAT$/, -3.4028234663852886e38, 1.401298464324817e-45],
  [/^DOUBLE$/, -1.7976931348623157e308, 2.2250738585072014e-308],
  [/^YEAR/, 1901, 2155],
  [/^DATE$/, "1000-01-01", "9999-12-31"],
  [/^DATETIME$/, "1000-01-01 00:00:00", "9999-12-31 23:59:59"],
  [/^DATETIME\(6\)/, "1000-01-01 00:00:00.000000", "9999-12-31 23:59:59.999999"],
  [/^TIMESTAMP NULL/, "1970-01-01 00:00:01", "2038-01-19 03:14:07"],
  [/^TIMESTAMP\(6\)/, "1970-01-01 00:00:01.000001", "2038-01-19 03:14:07.999999"],
  [/^TIME$/, "-838:59:59", "838:59:59"],
  [/^TIME\(6\)/, "-00:00:00.000001", "838:59:58.999999"],
  [/^(?:VAR)?(?:CHAR|BINARY)|TEXT|BLOB/, "", " x "],
  [/^JSON/, "null", '{"":[]}'],
]
