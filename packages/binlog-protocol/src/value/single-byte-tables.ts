import type { CharsetName } from "./collation.ts"

/** The character of each byte, for character sets of one byte that `TextDecoder` does not know. */
export const SINGLE_BYTE_TABLES: Partial<Record<CharsetName, string>> = {}
