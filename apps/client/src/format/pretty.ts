import type { Change, JsonValue, Row, Value } from "@canal/client"

/** Paints text, or leaves it as it is where no colour is wanted. */
export type Paint = (colour: "green" | "yellow" | "red" | "cyan" | "dim", text: string) => string

/** Characters of one value that are shown. */
const SHOWN = 200

/** A change as one line for people, with its line end: `+` insert, `~` update, `-` delete, `#` a statement. */
export function prettyLine(change: Change, paint: Paint): string {
  switch (change.kind) {
    case "insert":
      return `${paint("green", `+ ${tableOf(change)}`)}  ${columns(change.after)}\n`
    case "delete":
      return `${paint("red", `- ${tableOf(change)}`)}  ${columns(change.before)}\n`
    case "update": {
      const { before, after, changed } = change
      const key = Object.fromEntries(change.key.map((name) => [name, before[name] ?? null]))
      const steps = changed.map(
        (name) =>
          `${clean(name)}: ${name in before ? `${shown(before[name])} → ` : "→ "}${shown(after[name])}`,
      )
      const parts = [columns(key), ...steps].filter((part) => part !== "")
      return `${paint("yellow", `~ ${tableOf(change)}`)}  ${parts.join("  ")}\n`
    }
    case "ddl":
      return `${paint("cyan", `# ${tableOf(change)}`)}  ${clean(change.sql)}\n`
  }
  return `${paint("dim", `# ${tableOf(change)}  ${clean(change.sql)}`)}\n`
}

function tableOf({ schema, table }: Change): string {
  return clean([schema, table].filter((name) => name !== "").join(".") || "-")
}

function columns(row: Row): string {
  return Object.entries(row)
    .map(([name, value]) => `${clean(name)}=${shown(value)}`)
    .join("  ")
}

function shown(value: Value | undefined): string {
  if (value === undefined) return "(not logged)"
  if (value === null) return "NULL"
  if (value instanceof Uint8Array) {
    const hex = Buffer.from(value.subarray(0, SHOWN / 2)).toString("hex")
    return `0x${hex}${value.length > SHOWN / 2 ? `… (${value.length} bytes)` : ""}`
  }
  if (typeof value === "string") {
    return value.length > SHOWN
      ? `${quoted(value.slice(0, SHOWN))}… (${value.length} characters)`
      : quoted(value)
  }
  if (typeof value === "object") {
    const text = clean(jsonText(value))
    return text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text
  }
  return String(value)
}

function quoted(text: string): string {
  return clean(JSON.stringify(text))
}

/** As JSON.stringify, with integers of any size. */
function jsonText(value: JsonValue): string {
  if (typeof value === "bigint") return String(value)
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(jsonText).join(",")}]`
  const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}:${jsonText(each)}`)
  return `{${members.join(",")}}`
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/** On one line, and without characters that would steer a terminal. */
function clean(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\p{Cc}\u2028\u2029]/gu, "\uFFFD")
}
