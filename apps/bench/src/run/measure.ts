import { type Figure, type FigurePlan, judge, type Quantity } from "../figure/figure.ts"
import { alternate } from "./alternate.ts"
import type { Bench } from "./bench.ts"
import type { Probe, Quantities } from "./probe.ts"

/** What was measured. */
export interface Measured {
  readonly figures: readonly Figure[]
  /** What was read wrongly or could not be run, and by whom: one line each. */
  readonly remarks: readonly string[]
}

/** Checks and measures what the figures need, each thing once. What fails costs its own figures and no others. */
export async function measure(plans: readonly FigurePlan[], bench: Bench, root: string): Promise<Measured> {
  const found = new Map<string, Quantities>()
  const wrong = new Set<string>()
  const remarks = new Set<string>()

  async function check(probe: Probe): Promise<void> {
    if (probe.check === undefined) return
    bench.say(`checking ${probe.name}`)
    const mistakes = await probe.check(bench, root).catch((error: unknown) => [failure(error, bench)])
    if (mistakes.length > 0) wrong.add(probe.name)
    for (const mistake of mistakes) remarks.add(`read wrongly: ${probe.name}: ${mistake}`)
  }

  async function run(probe: Probe): Promise<Quantities> {
    bench.say(`measuring ${probe.name}`)
    try {
      return await probe.run(bench, root)
    } catch (error) {
      remarks.add(`not measured: ${probe.name}: ${failure(error, bench)}`)
      return {}
    }
  }

  for (const group of groupsOf(probesOf(plans))) {
    for (const probe of group) await check(probe)
    const contestants = new Map(group.map((probe) => [probe.name, () => run(probe)]))
    for (const [name, quantities] of await alternate(contestants, bench.scale.rounds))
      found.set(name, quantities)
  }
  const valueOf = ({ probe, name }: Quantity): number => found.get(probe.name)?.[name] ?? Number.NaN
  return {
    figures: plans.map((plan) => {
      const { quantity, peer } = plan
      const peerValue = peer === undefined ? undefined : valueOf(peer.quantity)
      return judge(plan, valueOf(quantity), peerValue, !wrong.has(quantity.probe.name))
    }),
    remarks: [...remarks],
  }
}

/** Why something failed. @throws the signal's reason where the bench was ended */
function failure(error: unknown, bench: Bench): string {
  bench.signal.throwIfAborted()
  return error instanceof Error ? error.message : String(error)
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
