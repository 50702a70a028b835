import type { Workload } from "../workload/workload.ts"
import type { FigurePlan } from "./figure.ts"
import { readingProbe } from "./reading.ts"

export const ZONGJI = "@vlasky/zongji"
export const POWERSYNC = "@powersync/mysql-zongji"

/** Rows to JavaScript values on one core. */
export function valuesFigures(workload: Workload, floor: number): readonly FigurePlan[] {
  const quantity = { probe: readingProbe("canal-values", workload), name: "rate" }
  const against = (name: string, program: string): NonNullable<FigurePlan["peer"]> => ({
    name,
    quantity: { probe: readingProbe(program, workload), name: "rate" },
  })
  const figure = `values/${workload.name}`
  const common = { unit: "rows/s", better: "more", quantity } as const
  return [
    { figure, ...common, peer: against(ZONGJI, "zongji-values"), floor },
    { figure: `${figure}/powersync`, ...common, peer: against(POWERSYNC, "powersync-values"), floor: null },
  ]
}
