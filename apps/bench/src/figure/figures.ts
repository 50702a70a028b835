import { business } from "../workload/business.ts"
import { huge } from "../workload/huge.ts"
import { narrow } from "../workload/narrow.ts"
import { wide } from "../workload/wide.ts"
import { boundedMemoryFigures } from "./bounded-memory.ts"
import { endToEndFigures, memoryFigure } from "./end-to-end.ts"
import { entriesFigures } from "./entries.ts"
import type { FigurePlan } from "./figure.ts"
import { framingFigures } from "./framing.ts"
import { latencyFigures } from "./latency.ts"
import { startFigures } from "./start.ts"
import { steadyFigures } from "./steady.ts"
import { tenClientsFigures } from "./ten-clients.ts"
import { valuesFigures } from "./values.ts"

/** Every figure that can be measured, in the order in which they are shown. */
export const figures: readonly FigurePlan[] = [
  ...valuesFigures(narrow, 1.5),
  ...valuesFigures(wide, 5),
  ...valuesFigures(business, 3.5),
  ...entriesFigures(narrow, null),
  ...entriesFigures(wide, 4),
  ...entriesFigures(business, 5),
  ...endToEndFigures(narrow, 0.85),
  ...endToEndFigures(wide, 3),
  ...endToEndFigures(business, 4),
  ...framingFigures,
  ...latencyFigures,
  ...steadyFigures,
  memoryFigure(huge),
  ...boundedMemoryFigures,
  ...startFigures,
  ...tenClientsFigures,
]
