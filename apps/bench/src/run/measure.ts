import { type Figure, type FigurePlan, judge, type Quantity } from "../figure/figure.ts"
import { alternate, valuesOf } from "./alternate.ts"
import type { Pass } from "./baton.ts"
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
  const found = new Map<string, readonly Quantities[]>()
  const wrong = new Set<string>()
  const remarks = new Set<string>()

  async function check(probe: Probe): Promise<void> {
    if (probe.check === undefined) return
    bench.say(`checking ${probe.name}`)
    const mistakes = await probe.check(bench, root).catch((error: unknown) => [failure(error, bench)])
    if (mistakes.length > 0) wrong.add(probe.name)
    for (const mistake of mistakes) remarks.add(`read wrongly: ${probe.name}: ${mistake}`)
  }

  async function run(probe: Probe, pass: Pass): Promise<Quantities> {
    bench.say(`measuring ${probe.name}`)
    try {
      return await probe.run(bench, root, pass)
    } catch (error) {
      remarks.add(`not measured: ${probe.name}: ${failure(error, bench)}`)
      return {}
    }
  }

  const paired = new Set(
    plans.flatMap(({ quantity, peer }) => (peer === undefined ? [] : [quantity.probe.name])),
  )
  const roundsOf = (group: readonly Probe[]): number =>
    group.some(({ name }) => paired.has(name)) ? bench.scale.rounds.paired : bench.scale.rounds.alone

  for (const group of groupsOf(probesOf(plans))) {
    for (const probe of group) await check(probe)
    const contestants = new Map(group.map((probe) => [probe.name, (pass: Pass) => run(probe, pass)]))
    for (const [name, rounds] of await alternate(contestants, roundsOf(group))) found.set(name, rounds)
  }
  const measuredOf = ({ probe, name }: Quantity): readonly number[] => valuesOf(found.get(probe.name), name)
  return {
    figures: plans.map((plan) => {
      const { quantity, peer } = plan
      const peerValues = peer === undefined ? undefined : measuredOf(peer.quantity)
      return judge(plan, measuredOf(quantity), peerValues, !wrong.has(quantity.probe.name))
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
