/** A value of JSON whose integers beyond 2^53 stay exact. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** What an integer beyond 2^53 has at least. */
const MANY_DIGITS = /\d{16}/

/** The value of a JSON text. A partial update that Canal could only show as a call, `JSON_REPLACE(…)`, stays text. */
export function jsonOf(text: string): JsonValue {
  try {
    return asJson(JSON.parse(text, MANY_DIGITS.test(text) ? keepExact : undefined))
  } catch (error) {
    if (error instanceof SyntaxError) return text
    throw error
  }
}

function keepExact(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "")
    ? BigInt(context?.source ?? value)
    : value
}

/** What JSON.parse returns has this type by its nature. */
function asJson(value: unknown): JsonValue
function asJson(value: unknown): unknown {
  return value
}
