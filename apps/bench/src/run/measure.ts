import { type Figure, type FigurePlan, judge } from "../figure/figure.ts"
import { alternate } from "./alternate.ts"
import type { Bench } from "./bench.ts"
import type { Probe, Quantities } from "./probe.ts"

/** What was measured. */
export interface Measured {
  readonly figures: readonly Figure[]
  /** What was read wrongly and by whom: one line each. */
  readonly mistakes: readonly string[]
}

/** Checks and measures what the figures need, each thing once. */
export async function measure(plans: readonly FigurePlan[], bench: Bench, root: string): Promise<Measured> {
  const found = new Map<string, Quantities>()
  const mistakes = new Map<string, readonly string[]>()
  for (const group of groupsOf(probesOf(plans))) {
    for (const probe of group) {
      bench.signal.throwIfAborted()
      if (probe.check === undefined) continue
      bench.say(`checking ${probe.name}`)
      mistakes.set(probe.name, await probe.check(bench, root))
    }
    const contestants = new Map(
      group.map((probe) => [
        probe.name,
        (): Promise<Quantities> => {
          bench.signal.throwIfAborted()
          bench.say(`measuring ${probe.name}`)
          return probe.run(bench, root)
        },
      ]),
    )
    for (const [name, quantities] of await alternate(contestants, bench.scale.rounds))
      found.set(name, quantities)
  }
  const valueOf = ({ probe, name }: FigurePlan["quantity"]): number =>
    found.get(probe.name)?.[name] ?? Number.NaN
  return {
    figures: plans.map((plan) => {
      const { quantity, peer } = plan
      const right = (mistakes.get(quantity.probe.name) ?? []).length === 0
      return judge(plan, valueOf(quantity), peer === undefined ? undefined : valueOf(peer.quantity), right)
    }),
    mistakes: [...mistakes].flatMap(([name, lines]) => lines.map((line) => `${name}: ${line}`)),
  }
}

/** The probes of these figures and of their peers. */
function probesOf(plans: readonly FigurePlan[]): readonly Probe[] {
  return plans.flatMap(({ quantity, peer }) => [
    quantity.probe,
    ...(peer === undefined ? [] : [peer.quantity.probe]),
  ])
}

/** Probes that run in turn, each once. */
export function groupsOf(probes: readonly Probe[]): readonly (readonly Probe[])[] {
  const named = new Map(probes.map((probe) => [probe.name, probe]))
  return [...Map.groupBy(named.values(), (probe) => probe.group).values()]
}
