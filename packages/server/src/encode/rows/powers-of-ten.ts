/** The exponents of which the table tells, as assembly/shortest.ts knows them. */
const LEAST = -324
const GREATEST = 292

const LOW_63 = (1n << 63n) - 1n

/**
 * Writes for each exponent k, from the least on, floor(10^-k · 2^r) + 1 with r such that it has 126 bits: the upper 63,
 * then the lower, each in 64 bits, least significant byte first. 617 exponents, 9,872 bytes.
 */
export function writePowersOfTen(bytes: Buffer, start: number): void {
  let at = start
  for (let exponent = LEAST; exponent <= GREATEST; exponent++) {
    const power = scaled(exponent) + 1n
    at = bytes.writeBigUInt64LE(power >> 63n, at)
    at = bytes.writeBigUInt64LE(power & LOW_63, at)
  }
}

/** floor(10^-`exponent` · 2^r), of 126 bits. */
function scaled(exponent: number): bigint {
  if (exponent > 0) {
    const power = 10n ** BigInt(exponent)
    return (1n << BigInt(bitLength(power) + 125)) / power
  }
  const power = 10n ** BigInt(-exponent)
  const surplus = BigInt(bitLength(power) - 126)
  return surplus < 0n ? power << -surplus : power >> surplus
}

function bitLength(number: bigint): number {
  return number.toString(2).length
}
