/** Something that depends on every value that was looked at, so that none is read in vain. */
let looked = 0

/** Looks at a value. */
export function touch(value: unknown): void {
  if (typeof value === "string") looked += value.length
  else if (typeof value === "number") looked += value
  else if (value === null) looked += 1
  else if (value !== undefined) looked += 2
}

/** What came of looking. */
export function lookedAt(): number {
  return looked
}
