import type { Workload } from "../workload/workload.ts"
import type { FigurePlan } from "./figure.ts"
import { readingProbe, zongjiRate } from "./reading.ts"

/** Binlog to stored Canal entries on one core, beside a peer that only decodes. */
export function entriesFigures(workload: Workload, floor: number | null): readonly FigurePlan[] {
  return [
    {
      figure: `entries/${workload.name}`,
      unit: "changes/s",
      better: "more",
      quantity: { probe: readingProbe("canal-entries", workload), name: "rate" },
      peer: zongjiRate(workload),
      floor,
    },
  ]
}
