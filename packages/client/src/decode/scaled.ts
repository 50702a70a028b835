import { MOST_EXPONENT } from "./row-layout.ts"

/** By the digits that stand behind those of a mantissa. */
const SHIFTS = [1, 10, 100, 1000, 10_000]
/** 2^27 + 1 parts a number into two halves whose products are exact. */
const PARTING = 134_217_729
/** Beyond what the sums below can be wrong by, for a result of 1: some roundings at 2^-104. */
const DOUBT = 2 ** -98

/** By exponent from -MOST_EXPONENT on: the nearest number to that power of ten, and what it lacks. */
export const nearest: Float64Array = new Float64Array(2 * MOST_EXPONENT + 1)
export const lacking: Float64Array = new Float64Array(2 * MOST_EXPONENT + 1)
for (let exponent = -MOST_EXPONENT; exponent <= MOST_EXPONENT; exponent++) {
  const power = Number(`1e${exponent}`)
  nearest[exponent + MOST_EXPONENT] = power
  lacking[exponent + MOST_EXPONENT] = lackOf(power, exponent)
}

/** What a number lacks of a power of ten. */
function lackOf(power: number, exponent: number): number {
  if (exponent >= 0) return Number(10n ** BigInt(exponent) - BigInt(power))
  // A multiple of 2^-400, as all numbers here are.
  const whole = BigInt(power * 2 ** 320) << 80n
  const tens = 10n ** BigInt(-exponent)
  return Number((1n << 400n) - whole * tens) / Number(tens << 400n)
}

/**
 * The number that is nearest to (mantissa · 10^digits + rest) · 10^exponent, computed to twice the precision; NaN where that
 * leaves a doubt.
 */
export function scaled(mantissa: number, rest: number, digits: number, exponent: number): number {
  const place = exponent + MOST_EXPONENT
  const power = nearest[place]
  const shift = SHIFTS[digits]
  if (power === undefined || shift === undefined) return Number.NaN
  const head = mantissa * shift
  const headRest = productError(mantissa, shift, head) + rest
  const value = head * power
  const valueRest = productError(head, power, value) + head * (lacking[place] ?? 0) + headRest * power
  const doubt = value * DOUBT
  const least = value + (valueRest - doubt)
  return least === value + (valueRest + doubt) ? least : Number.NaN
}

/** What a rounded product lacks of the product. */
function productError(one: number, other: number, product: number): number {
  const oneParted = PARTING * one
  const oneHigh = oneParted - (oneParted - one)
  const oneLow = one - oneHigh
  const otherParted = PARTING * other
  const otherHigh = otherParted - (otherParted - other)
  const otherLow = other - otherHigh
  return oneHigh * otherHigh - product + oneHigh * otherLow + oneLow * otherHigh + oneLow * otherLow
}
