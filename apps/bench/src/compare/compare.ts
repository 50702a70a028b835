import { alternate, median, valuesOf } from "../run/alternate.ts"
import type { Pass } from "../run/baton.ts"
import type { Bench } from "../run/bench.ts"
import { groupsOf } from "../run/measure.ts"
import type { Quantities } from "../run/probe.ts"
import { type FigurePlan, medianRatio } from "../figure/figure.ts"
import { BaselineUnusable } from "./worktree.ts"

/** A figure before and now. */
export interface Comparison {
  readonly figure: string
  readonly unit: string
  readonly before: number
  readonly now: number
  /** Below 1 is worse than before, whatever the unit. */
  readonly ratio: number
  /** No loss that counts. */
  readonly ok: boolean
}

/** A loss of more than a fifth counts. */
const LEAST_RATIO = 0.8

/** Once is too few to tell a loss from noise. */
const LEAST_ROUNDS = 3

/** Measures our side of the figures with the packages of two repositories in turn. */
export async function compare(
  plans: readonly FigurePlan[],
  bench: Bench,
  roots: { readonly before: string; readonly now: string },
): Promise<readonly Comparison[]> {
  const found = new Map<string, readonly Quantities[]>()
  for (const group of groupsOf(plans.map(({ quantity }) => quantity.probe))) {
    const contestants = new Map(
      group.flatMap((probe) =>
        (["before", "now"] as const).map((side) => {
          const name = `${side} ${probe.name}`
          return [
            name,
            async (pass: Pass): Promise<Quantities> => {
              bench.signal.throwIfAborted()
              bench.say(`measuring ${probe.name} ${side}`)
              try {
                return await probe.run(bench, roots[side], pass)
              } catch (error) {
                if (side === "now" || bench.signal.aborted) throw error
                const reason = error instanceof Error ? error.message : String(error)
                throw new BaselineUnusable(`${probe.name} of the baseline cannot be run: ${reason}`, {
                  cause: error,
                })
              }
            },
          ] as const
        }),
      ),
    )
    for (const [name, rounds] of await alternate(
      contestants,
      Math.max(bench.scale.rounds.paired, LEAST_ROUNDS),
    ))
      found.set(name, rounds)
  }
  return plans.map(({ figure, unit, better, quantity: { probe, name } }) =>
    compared(
      figure,
      unit,
      better,
      valuesOf(found.get(`before ${probe.name}`), name),
      valuesOf(found.get(`now ${probe.name}`), name),
    ),
  )
}

/** Judges a figure by what it was and is, round by round. */
export function compared(
  figure: string,
  unit: string,
  better: FigurePlan["better"],
  before: readonly number[],
  now: readonly number[],
): Comparison {
  const ratio = medianRatio(better, now, before)
  return { figure, unit, before: median(before), now: median(now), ratio, ok: ratio >= LEAST_RATIO }
}
