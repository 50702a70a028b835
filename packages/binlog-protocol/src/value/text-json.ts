import type { Charset } from "./charset.ts"
import type { ColumnCodec, ColumnValue } from "./column-codec.ts"
import type { JsonValue } from "./parsed-json.ts"
import { prefixedCodec } from "./make-codec.ts"

/**
 * JSON of MariaDB: LONGTEXT that a check keeps valid. The value is the parsed document; text that is none (the check
 * can be switched off) stays a string. The text is as written.
 */
export function textJsonCodec(prefix: number, charset: Charset): ColumnCodec {
  return prefixedCodec(
    prefix,
    (bytes, start, end) => parseDocument(charset.decode(bytes, start, end)),
    (bytes, start, end, out) => charset.writeUtf8(bytes, start, end, out),
  )
}

function parseDocument(text: string): ColumnValue {
  try {
    const value: unknown = JSON.parse(text, keepInteger)
    return isJsonValue(value) ? value : text
  } catch (error) {
    // Not JSON, or nested deeper than the stack reaches: MariaDB itself takes at most 32 levels.
    if (error instanceof SyntaxError || error instanceof RangeError) return text
    throw error
  }
}

function keepInteger(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value
  const source = context?.source
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value
}

function isJsonValue(value: unknown): value is JsonValue {
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "boolean":
      return true
    case "object":
      return value === null || Object.values(value).every(isJsonValue)
    default:
      return false
  }
}
