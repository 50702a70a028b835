import { inTurns, type Pass } from "./baton.ts"
import type { Quantities } from "./probe.ts"

/** Runs a contestant once. It may let the others take their turn in between. */
export type Contestant = (pass: Pass) => Promise<Quantities>

/** What each contestant found, a round after the other. */
export type Rounds<Key> = ReadonlyMap<Key, readonly Quantities[]>

/** Runs contestants in turn, `rounds` times each. */
export async function alternate<Key>(
  contestants: ReadonlyMap<Key, Contestant>,
  rounds: number,
): Promise<Rounds<Key>> {
  const found = new Map([...contestants.keys()].map((key): [Key, Quantities[]] => [key, []]))
  for (let round = 0; round < rounds; round++) {
    await inTurns(
      [...contestants].map(([key, run]) => async (pass) => {
        found.get(key)?.push(await run(pass))
      }),
    )
  }
  return found
}

/** The values that a quantity had. */
export function valuesOf(rounds: readonly Quantities[] | undefined, name: string): readonly number[] {
  return (rounds ?? []).map((quantities) => quantities[name] ?? Number.NaN)
}

/** The middle of some numbers; between the two in the middle where there are such. NaN where one is NaN. */
export function median(values: readonly number[]): number {
  if (values.some(Number.isNaN)) return Number.NaN
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? Number.NaN
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper
}
