import type { Random } from "@canal/testbed"
import type { Form } from "./form.ts"

/** What an INSERT is given for a value. */
export type SeedValue = string | number | Buffer | null

/** A column of a workload. */
export interface Column {
  readonly name: string
  /** Of the DDL, such as `INT NOT NULL`. */
  readonly type: string
  readonly form: Form
  value(random: Random): SeedValue
}

/** A table of a workload. The first column is its primary key, an integer. */
export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
}

const ASCII = "abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789 .,-'\"\\/"
const ANY = Array.from("aeiou nrst 12 äöüß éèç Ελλάς Привет 汉字 日本語 😀🚀")

/** Between `least` and `greatest` characters; one text of eight has some that take several bytes. */
export function textOf(random: Random, least: number, greatest: number): string {
  const length = random.integer(least, greatest)
  const alphabet = random.chance(0.125) ? ANY : ASCII
  let text = ""
  for (let i = 0; i < length; i++) text += alphabet[random.integer(0, alphabet.length - 1)] ?? ""
  return text
}

/** A column that is NULL in one row of `every`. */
export function nullable(column: Column, every = 20): Column {
  return {
    ...column,
    type: `${column.type} NULL`,
    value: (random) => (random.integer(1, every) === 1 ? null : column.value(random)),
  }
}

/** A column of integers, at the ends of the range in one value of ten. */
export function integer(name: string, type: string, least: bigint, greatest: bigint): Column {
  const span = Number(greatest - least)
  return {
    name,
    type,
    form: "integer",
    value(random) {
      if (random.chance(0.1)) return String(random.pick([least, greatest, 0n]))
      // Small numbers are as frequent as large ones, as in life.
      const size = random.chance(0.5) ? Math.min(span, 1_000_000) : span
      const value =
        (least < 0n ? -BigInt(Math.floor(size / 2)) : 0n) + BigInt(Math.floor(random.fraction() * size))
      return String(value < least ? least : value > greatest ? greatest : value)
    },
  }
}

export function text(name: string, type: string, least: number, greatest: number): Column {
  // The source takes spaces off the end of a CHAR.
  return { name, type, form: "text", value: (random) => textOf(random, least, greatest).trimEnd() }
}

export function decimal(name: string, precision: number, scale: number): Column {
  return {
    name,
    type: `DECIMAL(${precision},${scale})`,
    form: "decimal",
    value(random) {
      const digits = (count: number): string =>
        Array.from({ length: count }, () => random.integer(0, 9)).join("")
      return `${random.pick(["", "", "-"])}${digits(random.integer(1, precision - scale))}.${digits(scale)}`
    },
  }
}

export function double(name: string): Column {
  return {
    name,
    type: "DOUBLE",
    form: "double",
    value: (random) => (random.fraction() - 0.5) * 10 ** random.integer(-20, 20),
  }
}

export function float(name: string): Column {
  return {
    name,
    type: "FLOAT",
    form: "float",
    value: (random) => Math.fround((random.fraction() - 0.5) * 10 ** random.integer(-6, 9)),
  }
}

const two = (value: number): string => String(value).padStart(2, "0")

function day(random: Random, least: number, greatest: number): string {
  return `${random.integer(least, greatest)}-${two(random.integer(1, 12))}-${two(random.integer(1, 28))}`
}

function clock(random: Random, digits: number): string {
  const fraction = digits === 0 ? "" : `.${String(random.integer(0, 10 ** digits - 1)).padStart(digits, "0")}`
  return `${two(random.integer(0, 23))}:${two(random.integer(0, 59))}:${two(random.integer(0, 59))}${fraction}`
}

export function date(name: string): Column {
  return {
    name,
    type: "DATE",
    form: "datetime",
    value: (random) =>
      random.chance(0.02) ? random.pick(["1000-01-01", "9999-12-31"]) : day(random, 1950, 2030),
  }
}

export function datetime(name: string, digits: number): Column {
  return {
    name,
    type: `DATETIME(${digits})`,
    form: "datetime",
    value: (random) => `${day(random, 1990, 2030)} ${clock(random, digits)}`,
  }
}

/** Written and selected by sessions in UTC. */
export function timestamp(name: string, digits: number): Column {
  return {
    name,
    type: `TIMESTAMP(${digits})`,
    form: "timestamp",
    value: (random) => `${day(random, 1971, 2037)} ${clock(random, digits)}`,
  }
}

export function time(name: string, digits: number): Column {
  return {
    name,
    type: `TIME(${digits})`,
    form: "datetime",
    value(random) {
      if (random.chance(0.9)) return clock(random, digits)
      return `${random.pick(["", "-"])}${random.integer(24, 837)}${clock(random, digits).slice(2)}`
    },
  }
}

export function year(name: string): Column {
  return {
    name,
    type: "YEAR",
    form: "integer",
    value: (random) => (random.chance(0.02) ? random.pick([1901, 2155]) : random.integer(1950, 2030)),
  }
}

export function enumeration(name: string, labels: readonly string[]): Column {
  return {
    name,
    type: `ENUM(${labels.map((label) => `'${label}'`).join()})`,
    form: "labels",
    value: (random) => labels[random.integer(0, labels.length - 1)] ?? "",
  }
}

export function labelSet(name: string, labels: readonly string[]): Column {
  return {
    name,
    type: `SET(${labels.map((label) => `'${label}'`).join()})`,
    form: "labels",
    value: (random) => labels.filter(() => random.chance(0.4)).join(","),
  }
}

export function bytes(name: string, type: string, least: number, greatest: number): Column {
  return {
    name,
    type,
    form: "bytes",
    value: (random) => Buffer.from(random.bytes(random.integer(least, greatest))),
  }
}

export function json(name: string): Column {
  return {
    name,
    type: "JSON",
    form: "json",
    value: (random) =>
      JSON.stringify({
        id: random.integer(-1000, 1_000_000_000),
        name: textOf(random, 5, 20),
        tags: Array.from({ length: random.integer(0, 3) }, () => textOf(random, 3, 8)),
        price: random.integer(-10_000_000, 10_000_000) / 128,
        active: random.chance(0.5),
        parent: random.chance(0.5) ? null : random.integer(0, 65_536),
      }),
  }
}

export function bits(name: string, count: number): Column {
  const greatest = 2 ** count - 1
  return {
    name,
    type: `BIT(${count})`,
    form: "bits",
    value: (random) =>
      Buffer.from(
        random
          .integer(0, greatest)
          .toString(16)
          .padStart(2 * Math.ceil(count / 8), "0"),
        "hex",
      ),
  }
}
