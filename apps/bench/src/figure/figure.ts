import { median } from "../run/alternate.ts"
import type { Probe } from "../run/probe.ts"

/** A number that a probe finds. */
export interface Quantity {
  readonly probe: Probe
  readonly name: string
}

/** A figure that can be measured. */
export interface FigurePlan {
  /** Such as `values/wide`. */
  readonly figure: string
  readonly unit: string
  readonly better: "more" | "less"
  readonly quantity: Quantity
  /** What it is held against. */
  readonly peer?: { readonly name: string; readonly quantity: Quantity }
  /** With a peer the least ratio, without one the greatest value; `null` where the figure is for information. */
  readonly floor: number | null
  /** Left out of `--quick` unless it is asked for. */
  readonly onlyFull?: true
}

/** A figure that was measured, as it stands in the file of `--json`. */
export interface Figure {
  readonly figure: string
  readonly value: number
  readonly unit: string
  readonly peer: string | null
  readonly peerValue: number | null
  /** Against the peer in the same round, the median of all rounds: more is better, whatever the unit. */
  readonly ratio: number | null
  readonly floor: number | null
  /** The floor is reached, and what was read is right. */
  readonly ok: boolean
}

/** What the server may have resident at most, in MB of a million bytes. */
export const MEMORY_LIMIT = 300

/** How many times better one value is than another. */
export function ratioOf(better: "more" | "less", value: number, other: number): number {
  return better === "more" ? value / other : other / value
}

/** The median of the ratios of each round: what slowed a round slowed both. */
export function medianRatio(
  better: FigurePlan["better"],
  values: readonly number[],
  others: readonly number[],
): number {
  return median(values.map((value, round) => ratioOf(better, value, others[round] ?? Number.NaN)))
}

/** Judges what was measured for a figure, round by round. `right`: the probe's check found nothing. */
export function judge(
  plan: FigurePlan,
  values: readonly number[],
  peerValues: readonly number[] | undefined,
  right: boolean,
): Figure {
  const { figure, unit, better, peer, floor } = plan
  const value = median(values)
  const ratio = peerValues === undefined ? null : medianRatio(better, values, peerValues)
  const reached = floor === null || (ratio === null ? value <= floor : ratio >= floor)
  return {
    figure,
    value,
    unit,
    peer: peer?.name ?? null,
    peerValue: peerValues === undefined ? null : median(peerValues),
    ratio,
    floor,
    ok: reached && right && Number.isFinite(value),
  }
}
