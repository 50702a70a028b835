import type { Random } from "./random.ts"

/** A column of the table with every type. */
export interface TypedColumn {
  readonly name: string
  readonly type: string
  /** What stands in an INSERT for the value. */
  readonly placeholder: string
  /** How a SELECT shows the value: as text, but a floating point number as a number. */
  readonly selected: string
  value(random: Random): string | number | Buffer
  /** The entry's text for what the SELECT showed; a number is compared with the number that the entry's text is. */
  entryText(selected: string): string
}

/** A column before it has a name. `select` has `$` for the name. */
type Unnamed = Omit<TypedColumn, "name" | "selected"> & { readonly select: string }

function column(type: string, value: TypedColumn["value"], more: Partial<Unnamed> = {}): Unnamed {
  return {
    type,
    value,
    placeholder: "?",
    select: "CAST($ AS CHAR)",
    entryText: (selected) => selected,
    ...more,
  }
}

/** `count` decimal digits, zeros in front too. */
function digitsOf(random: Random, count: number): string {
  let digits = ""
  while (digits.length < count) digits += String(random.integer(0, 9))
  return digits
}

/** Up to `greatest`, mostly below 100. */
function lengthOf(random: Random, greatest: number): number {
  return random.chance(0.03) ? greatest : random.integer(0, Math.min(greatest, 100))
}

/** Up to `length` characters of the alphabet. */
function textOf(random: Random, alphabet: string, length: number): string {
  const characters = Array.from(alphabet)
  let text = ""
  for (let count = lengthOf(random, length); count > 0; count--)
    text += characters[random.integer(0, characters.length - 1)] ?? ""
  return text
}

/** A whole number of that many bits; those at the ends, and small ones, are as likely as others. */
function bitsOf(random: Random, bits: number): bigint {
  const greatest = (1n << BigInt(bits)) - 1n
  const edges = [0n, greatest, 1n << BigInt(bits - 1)]
  const value = Buffer.from(random.bytes(8)).readBigUInt64LE() & greatest
  return edges[random.integer(0, 9)] ?? (random.chance(0.5) ? value : value & 0xffn)
}

function integer(bits: number, type: string): readonly Unnamed[] {
  const offset = 1n << BigInt(bits - 1)
  return [
    column(type, (random) => String(bitsOf(random, bits) - offset)),
    column(`${type} UNSIGNED`, (random) => String(bitsOf(random, bits))),
  ]
}

function decimal(precision: number, scale: number): Unnamed {
  return column(`DECIMAL(${precision},${scale})`, (random) => {
    const whole = digitsOf(random, random.integer(0, precision - scale)) || "0"
    const fraction = scale === 0 ? "" : `.${digitsOf(random, random.integer(1, scale))}`
    return `${random.pick(["", "-"])}${whole}${fraction}`
  })
}

function float(type: string, value: TypedColumn["value"]): Unnamed {
  return column(type, value, { select: "$" })
}

function bit(bits: number): Unnamed {
  const value = (random: Random): string => String(bitsOf(random, bits))
  return column(`BIT(${bits})`, value, { placeholder: "CAST(? AS UNSIGNED)", select: "CAST($+0 AS CHAR)" })
}

const two = (value: number): string => String(value).padStart(2, "0")

function clock(random: Random, digits: number): string {
  const fraction = digits === 0 ? "" : `.${digitsOf(random, digits)}`
  return `${two(random.integer(0, 23))}:${two(random.integer(0, 59))}:${two(random.integer(0, 59))}${fraction}`
}

function day(random: Random): string {
  if (random.integer(0, 9) === 0)
    return random.pick(["0000-00-00", "2024-00-00", "2024-02-00", "9999-12-31", "1000-01-01"])
  return `${random.integer(1000, 9999)}-${two(random.integer(1, 12))}-${two(random.integer(1, 28))}`
}

function temporal(digits: number): readonly Unnamed[] {
  const suffix = digits === 0 ? "" : `(${digits})`
  return [
    column(`TIME${suffix}`, (random) => {
      const hours = `${random.pick(["", "-"])}${random.integer(0, 837)}`
      return `${hours}${clock(random, digits).slice(2)}`
    }),
    column(`DATETIME${suffix}`, (random) => `${day(random)} ${clock(random, digits)}`),
    column(`TIMESTAMP${suffix} NULL`, (random) => {
      if (random.integer(0, 19) === 0) return "0000-00-00 00:00:00"
      return `${random.integer(1971, 2037)}-${two(random.integer(1, 12))}-${two(random.integer(1, 28))} ${clock(random, digits)}`
    }),
  ]
}

const ALPHABET = "abc XYZ 0123'\"\\\n\t\0%_汉字é😀ß Ελ"
const fromUtf8 = (hex: string): string => Buffer.from(hex, "hex").toString("utf8")
const fromBytes = (hex: string): string => Buffer.from(hex, "hex").toString("latin1")

function text(type: string, length: number, alphabet = ALPHABET): Unnamed {
  const select = "HEX(CONVERT($ USING utf8mb4))"
  return column(type, (random) => textOf(random, alphabet, length), { select, entryText: fromUtf8 })
}

function binary(type: string, length: number): Unnamed {
  const value = (random: Random): Buffer => Buffer.from(random.bytes(lengthOf(random, length)))
  // The source takes the zero bytes off the end of a BINARY, and Java leaves them off.
  const trimmed = (hex: string): string => fromBytes(hex).replace(/\0+$/, "")
  return column(type, value, { select: "HEX($)", entryText: type.startsWith("BINARY") ? trimmed : fromBytes })
}

const point = (random: Random): string => `${random.integer(-180, 180)} ${random.integer(-90, 90) / 4}`
const points = (random: Random): string => `${point(random)},${point(random)},${point(random)}`

function geometry(type: string, wkt: (random: Random) => string): Unnamed {
  return column(type, wkt, { placeholder: "ST_GeomFromText(?)", select: "HEX($)", entryText: fromBytes })
}

function json(random: Random): string {
  const scalar = (): unknown =>
    random.pick([
      null,
      true,
      false,
      textOf(random, ALPHABET, 20),
      random.integer(-1e6, 1e6),
      random.integer(-1e6, 1e6) / 64,
      1e100,
      "",
    ])
  const value = (depth: number): unknown => {
    const kind = random.integer(0, 3)
    if (depth === 0 || kind > 1) return scalar()
    const items = Array.from({ length: random.integer(0, 5) }, () => value(depth - 1))
    return kind === 0 ? items : Object.fromEntries(items.map((item) => [textOf(random, ALPHABET, 6), item]))
  }
  return JSON.stringify(value(3))
}

const BOTH: readonly Unnamed[] = [
  ...integer(8, "TINYINT"),
  ...integer(16, "SMALLINT"),
  ...integer(24, "MEDIUMINT"),
  ...integer(32, "INT"),
  ...integer(64, "BIGINT"),
  column("BOOLEAN", (random) => random.integer(0, 1)),
  column("INT(8) ZEROFILL", (random) => random.integer(0, 4e9), { select: "CAST($+0 AS CHAR)" }),
  decimal(10, 0),
  decimal(18, 4),
  decimal(65, 30),
  decimal(9, 9),
  float("FLOAT", (random) => Math.fround((random.fraction() - 0.5) * 10 ** random.integer(-40, 38))),
  float("DOUBLE", (random) => (random.fraction() - 0.5) * 10 ** random.integer(-300, 300)),
  float("FLOAT(7,3)", (random) => random.integer(-9_999_999, 9_999_999) / 1000),
  float("DOUBLE(20,6)", (random) => random.integer(-1e9, 1e9) / 1e6),
  ...[1, 7, 8, 12, 33, 64].map(bit),
  column("YEAR", (random) => random.pick([0, 1901, 2026, 2155])),
  column("DATE", day),
  ...[0, 1, 2, 3, 4, 5, 6].flatMap(temporal),
  text("CHAR(10)", 10),
  text("VARCHAR(60)", 60),
  text("VARCHAR(300)", 300),
  text("TINYTEXT", 60),
  text("TEXT", 400),
  text("MEDIUMTEXT", 2000),
  text("LONGTEXT", 20_000),
  text("VARCHAR(40) CHARACTER SET latin1", 40, "abc é ü ß € \0"),
  text("TEXT CHARACTER SET utf16", 40),
  text("CHAR(20) CHARACTER SET gbk", 20, "ab 汉字测试"),
  text("VARCHAR(40) CHARACTER SET koi8r", 40, "abc текст"),
  binary("BINARY(8)", 8),
  binary("BINARY(255)", 255),
  binary("VARBINARY(40)", 40),
  binary("VARBINARY(400)", 400),
  binary("TINYBLOB", 255),
  binary("BLOB", 300),
  binary("MEDIUMBLOB", 1000),
  binary("LONGBLOB", 10_000),
  column("ENUM('small','medium','a,b','it''s','汉')", (random) => random.integer(1, 5), {
    select: "CAST(CAST($ AS UNSIGNED) AS CHAR)",
  }),
  column("SET('a','b','c','d''e','汉')", (random) => random.integer(0, 31), {
    select: "CAST(CAST($ AS UNSIGNED) AS CHAR)",
  }),
  column(
    `SET(${Array.from({ length: 64 }, (_, index) => `'m${index}'`).join(",")})`,
    (random) => String(bitsOf(random, 64)),
    { placeholder: "CAST(? AS UNSIGNED)", select: "CAST(CAST($ AS UNSIGNED) AS CHAR)" },
  ),
  column("JSON", json, { select: "HEX(CONVERT($ USING utf8mb4))", entryText: fromUtf8 }),
  geometry(
    "GEOMETRY",
    (random) => `GEOMETRYCOLLECTION(POINT(${point(random)}),LINESTRING(${points(random)}))`,
  ),
  geometry("POINT", (random) => `POINT(${point(random)})`),
  geometry("LINESTRING", (random) => `LINESTRING(${points(random)})`),
  geometry("POLYGON", () => "POLYGON((0 0,1 0,1 1,0 0))"),
  geometry("MULTIPOINT", (random) => `MULTIPOINT(${points(random)})`),
]

const MYSQL: readonly Unnamed[] = [
  column("VECTOR(3)", (random) => `[${random.integer(-9, 9)},${random.integer(-99, 99) / 8},0.5]`, {
    placeholder: "STRING_TO_VECTOR(?)",
    select: "HEX($)",
    entryText: fromBytes,
  }),
]

const hexadecimal = (random: Random, length: number): string =>
  Buffer.from(random.bytes(length)).toString("hex")

const MARIADB: readonly Unnamed[] = [
  column("INET4", (random) => [...random.bytes(4)].join(".")),
  column("INET6", (random) =>
    random.pick(["::", "::1", "::ffff:10.1.2.3", hexadecimal(random, 16).replaceAll(/....(?!$)/g, "$&:")]),
  ),
  // Of version 4 or 7; the source stores the two in different orders.
  column("UUID", (random) => {
    const [a, b, c, d, e] = [4, 2, 2, 2, 6].map((length) => hexadecimal(random, length))
    return `${a}-${b}-${random.pick(["4", "7", "1"])}${c?.slice(1)}-a${d?.slice(1)}-${e}`
  }),
  text("VARCHAR(100) COMPRESSED", 100),
  text("TEXT COMPRESSED", 1000),
  binary("BLOB COMPRESSED", 500),
]

/** A column of every type the server family has. */
export function everyType(flavor: "mysql" | "mariadb"): readonly TypedColumn[] {
  const columns = [...BOTH, ...(flavor === "mysql" ? MYSQL : MARIADB)]
  return columns.map((column, index) => {
    const name = `c${index}`
    return Object.assign(column, { name, selected: `${column.select.replace("$", name)} AS ${name}` })
  })
}
