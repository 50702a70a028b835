import type { Scale } from "./bench.ts"

export const full: Scale = {
  rounds: { paired: 5, alone: 3 },
  laps: 20,
  changes: { narrow: 5_000_000, wide: 2_000_000, business: 300_000, huge: 1_000_000 },
  steadySeconds: 20,
}

export const quick: Scale = {
  rounds: { paired: 1, alone: 1 },
  laps: 4,
  changes: { narrow: 600_000, wide: 100_000, business: 30_000, huge: 200_000 },
  steadySeconds: 3,
}

/** What `quick` leaves out, for people. */
export function scaledDown(): string {
  const changes = Object.entries(quick.changes).map(
    ([name, count]) =>
      `${name} ${count.toLocaleString("en")} of ${full.changes[name]?.toLocaleString("en")} changes`,
  )
  return `--quick: ${changes.join(", ")} (huge is one transaction), ${quick.steadySeconds} s of ${full.steadySeconds} of steady load`
}
