import type { ColumnHint } from "../value/column.ts"

/** A column for random rows: how it is declared, filled and read back. */
export interface ColumnCase {
  readonly name: string
  readonly type: string
  /** A literal in SQL. */
  readonly literal: (random: Random) => string
  /** The expression that gives the value's bytes in hexadecimal; without one, SELECT shows the value as text. */
  readonly hex?: string
  readonly hint?: ColumnHint
}

/** A source of numbers that the test can repeat. */
export interface Random {
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number
  /** One of the given. */
  pick<T>(choices: readonly [T, ...T[]]): T
}

/** Random numbers that only the seed decides (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return { below, pick: ([first, ...rest]) => [first, ...rest][below(1 + rest.length)] ?? first }
}

/**
 * Columns of the types that MySQL and MariaDB share. Those in front are numbers without a sign bit, and bytes without
 * a collation, or with one, in the table map: a decoder that counts them otherwise reads all behind them wrongly.
 */
export const SHARED_CASES: readonly ColumnCase[] = [
  {
    name: "y",
    type: "YEAR",
    literal: (random) => String(random.pick([0, 1901 + random.below(255)])),
  },
  ...[1, 12, 64].map((bits) => bit(bits)),
  {
    name: "g",
    type: "GEOMETRY",
    literal: (random) => `ST_GeomFromText('POINT(${random.below(1000) / 8} ${random.below(1000)})')`,
    hex: "HEX(g)",
  },
  ...[8, 16, 24, 32, 64].flatMap((bits) => [integer(bits, false), integer(bits, true)]),
  decimal(65, 30),
  decimal(38, 0),
  decimal(18, 4),
  decimal(9, 9),
  decimal(5, 2),
  { name: "f", type: "FLOAT", literal: floatLiteral },
  { name: "d", type: "DOUBLE", literal: doubleLiteral },
  { name: "da", type: "DATE", literal: (random) => `'${date(random)}'` },
  ...[0, 1, 3, 6].flatMap((digits) => [time(digits), dateTime(digits), timestamp(digits)]),
  {
    ...text("c", "CHAR(10) CHARACTER SET utf8mb4", 10),
    literal: (random) => quote(characters(random, 10).trimEnd()),
  },
  text("v", "VARCHAR(60) CHARACTER SET utf8mb4", 60),
  text("v300", "VARCHAR(300) CHARACTER SET utf8mb4", 300),
  text("tx", "TEXT CHARACTER SET utf8mb4", 400),
  text("lt", "LONGTEXT CHARACTER SET utf16", 40),
  text(
    "l1",
    "VARCHAR(50) CHARACTER SET latin1",
    50,
    (random) => random.pick([0x20, 0xa0]) + random.below(0x5f),
  ),
  text("gbk", "VARCHAR(50) CHARACTER SET gbk", 50, (random) => 0x4e00 + random.below(20_000)),
  text("kr", "TINYTEXT CHARACTER SET euckr", 50, (random) => 0xac00 + random.below(11_172)),
  text("sj", "VARCHAR(50) CHARACTER SET sjis", 50, (random) => 0x3041 + random.below(83)),
  bytes("bi", "BINARY(8)", 8, "HEX(TRIM(TRAILING 0x00 FROM bi))"),
  bytes("vb", "VARBINARY(300)", 300),
  bytes("tb", "TINYBLOB", 200),
  bytes("mb", "MEDIUMBLOB", 1000),
  {
    name: "e",
    type: "ENUM('small','größer','a,b','it''s') CHARACTER SET utf8mb4",
    literal: (random) => String(random.below(5)),
  },
  {
    name: "s",
    type: "SET('a','b','c','d','é','f','g','h','i') CHARACTER SET utf8mb4",
    literal: (random) => String(random.below(512)),
  },
]

export const MYSQL_CASES: readonly ColumnCase[] = [
  {
    name: "j",
    type: "JSON",
    literal: (random) => quote(JSON.stringify(document(random, 0))),
  },
  {
    name: "ve",
    type: "VECTOR(3)",
    literal: (random) => `STRING_TO_VECTOR('[${random.below(9)},0.5,${random.below(99)}]')`,
    hex: "HEX(ve)",
  },
]

export const MARIADB_CASES: readonly ColumnCase[] = [
  {
    name: "j",
    type: "JSON",
    literal: (random) => quote(JSON.stringify(document(random, 0))),
    hint: { special: "json" },
  },
  {
    name: "u",
    type: "UUID",
    literal: (random) => `'${uuid(random)}'`,
    hint: { special: "uuid" },
  },
  {
    name: "i4",
    type: "INET4",
    literal: (random) => `'${ipv4(random)}'`,
    hint: { special: "inet4" },
  },
  {
    name: "i6",
    type: "INET6",
    literal: (random) => `'${ipv6(random)}'`,
    hint: { special: "inet6" },
  },
  text("cv", "VARCHAR(200) COMPRESSED CHARACTER SET utf8mb4", 200),
  bytes("cb", "BLOB COMPRESSED", 400),
]

function integer(bits: number, unsigned: boolean): ColumnCase {
  const type = { 8: "TINYINT", 16: "SMALLINT", 24: "MEDIUMINT", 32: "INT" }[bits] ?? "BIGINT"
  const literal = (random: Random): string => {
    const value = BigInt(`0x${hex(random, bits / 4)}`) >> BigInt(random.below(bits))
    return String(unsigned ? value : BigInt.asIntN(bits, value))
  }
  return {
    name: `i${bits}${unsigned ? "u" : ""}`,
    type: unsigned ? `${type} UNSIGNED` : type,
    literal,
  }
}

function decimal(precision: number, scale: number): ColumnCase {
  const literal = (random: Random): string => {
    const whole = digits(random, random.below(precision - scale + 1))
    return `${random.pick(["", "-"])}${whole === "" ? "0" : whole}.${digits(random, random.below(scale + 1))}0`
  }
  return { name: `d${precision}`, type: `DECIMAL(${precision},${scale})`, literal }
}

function floatLiteral(random: Random): string {
  // Quarters and eighths give the ties of rounding to six digits.
  const quarter = (random.below(40_000_000) - 20_000_000) / 2 ** random.below(8)
  return random.pick([String(quarter), `${random.below(1e9)}e${random.below(70) - 45}`])
}

function doubleLiteral(random: Random): string {
  const bytes = Buffer.from(hex(random, 16), "hex")
  const value = bytes.readDoubleLE(0)
  const short = `${random.below(1e9)}e${random.below(60) - 40}`
  return random.pick([Number.isFinite(value) ? String(value) : "0", short, String(random.below(1e9) / 1000)])
}

function bit(bits: number): ColumnCase {
  const literal = (random: Random): string =>
    String(BigInt.asUintN(bits, BigInt(`0x${hex(random, 16)}`) >> BigInt(random.below(64))))
  const shown = `LPAD(HEX(b${bits}), ${Math.ceil(bits / 8) * 2}, '0')`
  return { name: `b${bits}`, type: `BIT(${bits})`, literal, hex: shown }
}

function time(fraction: number): ColumnCase {
  return { name: `t${fraction}`, type: `TIME(${fraction})`, literal: timeLiteral }
}

function timeLiteral(random: Random): string {
  return `'${random.pick(["", "-"])}${random.pick([0, random.below(838)])}:${clockTail(random)}'`
}

function dateTime(fraction: number): ColumnCase {
  return { name: `dt${fraction}`, type: `DATETIME(${fraction})`, literal: dateTimeLiteral }
}

function dateTimeLiteral(random: Random): string {
  return `'${date(random)} ${random.below(24)}:${clockTail(random)}'`
}

function timestamp(fraction: number): ColumnCase {
  return { name: `ts${fraction}`, type: `TIMESTAMP(${fraction}) NULL`, literal: timestampLiteral }
}

function timestampLiteral(random: Random): string {
  const day = `${1971 + random.below(66)}-${1 + random.below(12)}-${1 + random.below(28)}`
  return random.pick(["'0000-00-00 00:00:00'", `'${day} ${random.below(24)}:${clockTail(random)}'`])
}

/** Minutes and seconds with a fraction that rounds to no full minute. */
function clockTail(random: Random): string {
  return `${random.below(60)}:${random.below(58)}.${random.pick([0, random.below(1_000_000)])}`
}

/** Zero and partial dates among others. */
function date(random: Random): string {
  const month = random.below(13)
  const day = month === 0 ? 0 : random.below(29)
  return `${String(random.below(9999)).padStart(4, "0")}-${month}-${day}`
}

function text(name: string, type: string, most: number, code?: (random: Random) => number): ColumnCase {
  return { name, type, literal: (random) => quote(characters(random, most, code)) }
}

function characters(random: Random, most: number, code: (random: Random) => number = anyCode): string {
  const length = random.below(most + 1)
  return Array.from({ length }, () => String.fromCodePoint(code(random))).join("")
}

function anyCode(random: Random): number {
  const any = [
    random.below(0x20),
    random.below(0x500),
    0x4e00 + random.below(1000),
    0x1_f600 + random.below(60),
  ]
  return random.pick([0x20 + random.below(0x5f), any[random.below(4)] ?? 0x41])
}

function bytes(name: string, type: string, most: number, shown = `HEX(${name})`): ColumnCase {
  return { name, type, literal: (random) => `x'${hex(random, random.below(most + 1) * 2)}'`, hex: shown }
}

function document(random: Random, depth: number): unknown {
  const kind = random.below(depth > 3 ? 4 : 6)
  if (kind === 0) return random.pick([null, true, false])
  if (kind === 1) return random.below(200_000) - 100_000
  if (kind === 2) return Number(doubleLiteral(random))
  if (kind === 3) return characters(random, 12)
  const members = Array.from({ length: random.below(5) }, () => document(random, depth + 1))
  return kind === 4 ? members : Object.fromEntries(members.map((member) => [key(random), member]))
}

/** Without a backslash: where one key has it, JSON.parse of Node 24 may take another with an escape for the same. */
function key(random: Random): string {
  return characters(random, 6).replaceAll("\\", "")
}

function uuid(random: Random): string {
  const digits = hex(random, 32)
  return [8, 12, 16, 20, 32].map((end, index) => digits.slice([0, 8, 12, 16, 20][index], end)).join("-")
}

function ipv4(random: Random): string {
  return [0, 0, 0, 0].map(() => random.pick([0, random.below(256)])).join(".")
}

function ipv6(random: Random): string {
  const words = Array.from({ length: 8 }, () => random.pick(["0", "0", "ffff", hex(random, 4)]))
  return random.pick([words, ["0", "0", "0", "0", "0", ...words.slice(5)]]).join(":")
}

function hex(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.below(16).toString(16)).join("")
}

function digits(random: Random, count: number): string {
  return Array.from({ length: count }, () => random.below(10)).join("")
}

function quote(text: string): string {
  return `CONVERT(x'${Buffer.from(text).toString("hex")}' USING utf8mb4)`
}
