import type { Workload } from "../workload/workload.ts"
import type { FigurePlan } from "./figure.ts"
import { readingProbe, zongjiRate } from "./reading.ts"

/** Rows to JavaScript values on one core. */
export function valuesFigures(workload: Workload, floor: number): readonly FigurePlan[] {
  const figure = `values/${workload.name}`
  const common = {
    unit: "rows/s",
    better: "more",
    quantity: { probe: readingProbe("canal-values", workload), name: "rate" },
  } as const
  const powersync = { probe: readingProbe("powersync-values", workload), name: "rate" }
  return [
    { figure, ...common, peer: zongjiRate(workload), floor },
    {
      figure: `${figure}/powersync`,
      ...common,
      peer: { name: "@powersync/mysql-zongji", quantity: powersync },
      floor: null,
      onlyFull: true,
    },
  ]
}
