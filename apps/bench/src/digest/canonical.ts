import type { Form } from "../workload/form.ts"

/** In place of a text. No text of a workload has a zero character. */
export const NULL = "\0NULL"
const ABSENT = "\0absent"

/** Whoever reads a value may show it in a way of its own; this text is the same for all that show the same value. */
export function canonicalText(form: Form, value: unknown): string {
  if (value === null) return NULL
  if (value === undefined) return ABSENT
  switch (form) {
    case "double":
      return String(Number(value))
    case "float":
      return String(Math.fround(Number(value)))
    case "timestamp":
      return plainText(value).replace("T", " ").replace(/Z$/, "")
    case "labels":
      return Array.isArray(value) ? value.join(",") : plainText(value)
    case "bytes":
      return value instanceof Uint8Array
        ? Buffer.from(value).toString("hex")
        : `not bytes: ${plainText(value)}`
    case "json":
      return canonicalJson(value)
    case "bits":
      return value instanceof Uint8Array
        ? String(BigInt(`0x${Buffer.from(value).toString("hex")}`))
        : plainText(value)
    default:
      return plainText(value)
  }
}

/** A text that tells values apart: of one that is no scalar, its JSON. */
export function plainText(value: unknown): string {
  if (typeof value === "string") return value
  return typeof value === "number" || typeof value === "bigint" ? String(value) : JSON.stringify(value)
}

/** What a SELECT must ask for so that `selectedText` can make the same text of it: text whatever the driver does. */
export function selection(form: Form, name: string): string {
  switch (form) {
    case "float":
      // The text of a FLOAT has fewer digits than tell it from the next one.
      return `CAST(CAST(${name} AS DOUBLE) AS CHAR)`
    case "bytes":
      return `LOWER(HEX(${name}))`
    case "bits":
      return `CAST(${name} + 0 AS CHAR)`
    case "text":
      return name
    default:
      return `CAST(${name} AS CHAR)`
  }
}

/** The canonical text of what a SELECT of `selection` gave. */
export function selectedText(form: Form, text: string | null): string {
  if (text === null) return NULL
  switch (form) {
    case "double":
    case "float":
      return canonicalText(form, text)
    case "json":
      return canonicalJson(JSON.parse(text))
    default:
      return text
  }
}

/** Members in the order of their names; an integer that is no safe number counts as its text. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(ordered(value))
}

function ordered(value: unknown): unknown {
  if (typeof value === "bigint") return String(value)
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, ordered(member)]),
  )
}
