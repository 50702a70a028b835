import { narrow } from "../workload/narrow.ts"
import { wide } from "../workload/wide.ts"
import type { FigurePlan } from "./figure.ts"
import { valuesFigures } from "./values.ts"

/** Every figure that can be measured, in the order in which they are shown. */
export const figures: readonly FigurePlan[] = [...valuesFigures(narrow, 1.5), ...valuesFigures(wide, 5)]
