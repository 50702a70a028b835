import { readUIntBE } from "../bytes/read.ts"

/*
 * Fractions of a second in TIME2, DATETIME2 and TIMESTAMP2: 1 byte for one or two digits, 2 for three or four, 3
 * for five or six, most significant first; an odd count is stored with a zero behind it.
 */

/** Bytes of a fraction of `digits` digits, 0 to 6. */
export function fractionSize(digits: number): number {
  return (digits + 1) >> 1
}

/** The fraction at `at` in units of its last digit. */
export function readFraction(bytes: Uint8Array, at: number, digits: number): number {
  return trimFraction(readUIntBE(bytes, at, fractionSize(digits)), digits)
}

/** Drops the zero that stands behind an odd count of digits. */
export function trimFraction(stored: number, digits: number): number {
  return (digits & 1) === 0 ? stored : (stored / 10) | 0
}
