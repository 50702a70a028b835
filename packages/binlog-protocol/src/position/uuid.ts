import { isEqual } from "../bytes/read.ts"

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i

/** The last UUID formatted: nearly all transactions in a row are of one server. */
const last = { bytes: Buffer.alloc(16), text: "00000000-0000-0000-0000-000000000000" }

/** 16 bytes as a UUID in lower case with hyphens. */
export function formatUuid(bytes: Buffer, at: number): string {
  if (!isEqual(last.bytes, 0, bytes, at, 16)) {
    bytes.copy(last.bytes, 0, at, at + 16)
    last.text = hyphenated(bytes.toString("hex", at, at + 16))
  }
  return last.text
}

/** A UUID in any case, with or without hyphens, in the form of `formatUuid`; `undefined` where it is none. */
export function normalUuid(text: string): string | undefined {
  return UUID.test(text) ? hyphenated(text.replaceAll("-", "").toLowerCase()) : undefined
}

function hyphenated(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
