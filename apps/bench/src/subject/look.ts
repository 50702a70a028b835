/**
 * Something that depends on every value that was looked at, so that none is read in vain. In an array of numbers: each
 * number in a variable would be an object of its own, for each value.
 */
const looked = new Float64Array(1)

/** Looks at a value: something that depends on it. */
export function weight(value: unknown): number {
  if (typeof value === "string") return value.length
  if (typeof value === "number") return value
  if (value === null) return 1
  return value === undefined ? 0 : 2
}

/** Keeps what came of looking at the values of a row. */
export function keepSum(sum: number): void {
  looked[0] = lookedAt() + sum
}

/** What came of looking. */
export function lookedAt(): number {
  return looked[0] ?? 0
}
