import type { Scale } from "./bench.ts"

export const full: Scale = {
  rounds: 3,
  changes: { narrow: 5_000_000, wide: 1_000_000, business: 300_000, huge: 1_000_000 },
  steadySeconds: 20,
}

export const quick: Scale = {
  rounds: 1,
  changes: { narrow: 600_000, wide: 100_000, business: 40_000, huge: 200_000 },
  steadySeconds: 5,
}
