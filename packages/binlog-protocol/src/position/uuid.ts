const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i

/** 16 bytes as a UUID in lower case with hyphens. */
export function formatUuid(bytes: Buffer, at: number): string {
  const hex = bytes.toString("hex", at, at + 16)
  return hyphenated(hex)
}

/** A UUID in any case, with or without hyphens, in the form of `formatUuid`; `undefined` where it is none. */
export function normalUuid(text: string): string | undefined {
  return UUID.test(text) ? hyphenated(text.replaceAll("-", "").toLowerCase()) : undefined
}

function hyphenated(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
