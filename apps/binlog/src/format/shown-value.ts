import { type ColumnValue, PartialJson, type JsonValue } from "@canal/binlog-protocol"

/** Characters of one value that are shown. */
const SHOWN = 200

/** A value for people, shortened where it is long. */
export function shownValue(value: ColumnValue): string {
  if (value === undefined) return "(not logged)"
  if (value === null) return "NULL"
  if (value instanceof Uint8Array) {
    const hex = Buffer.from(value.subarray(0, SHOWN / 2)).toString("hex")
    return `0x${hex}${value.length > SHOWN / 2 ? `… (${value.length} bytes)` : ""}`
  }
  if (value instanceof PartialJson) return shortened(value.toString())
  if (typeof value === "string")
    return value.length > SHOWN
      ? `${quoted(value.slice(0, SHOWN))}… (${value.length} characters)`
      : quoted(value)
  return typeof value === "object" ? shortened(jsonText(value)) : String(value)
}

/** On one line, and without characters that would steer a terminal. */
export function clean(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\p{Cc}\u2028\u2029]/gu, "\uFFFD")
}

function shortened(text: string): string {
  const shown = clean(text.slice(0, SHOWN))
  return text.length > SHOWN ? `${shown}… (${text.length} characters)` : shown
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
