/** The middle of some numbers; between the two in the middle where there are such. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? Number.NaN
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper
}

/** Runs contestants in turn, `rounds` times each, and gives the median of each of their quantities. */
export async function alternate<Key>(
  contestants: ReadonlyMap<Key, () => Promise<Readonly<Record<string, number>>>>,
  rounds: number,
): Promise<ReadonlyMap<Key, Readonly<Record<string, number>>>> {
  const found = new Map<Key, Map<string, number[]>>()
  for (let round = 0; round < rounds; round++) {
    for (const [key, run] of contestants) {
      const quantities = found.get(key) ?? new Map<string, number[]>()
      found.set(key, quantities)
      for (const [name, value] of Object.entries(await run())) {
        quantities.set(name, [...(quantities.get(name) ?? []), value])
      }
    }
  }
  return new Map(
    [...found].map(([key, quantities]) => [
      key,
      Object.fromEntries([...quantities].map(([name, values]) => [name, median(values)])),
    ]),
  )
}
