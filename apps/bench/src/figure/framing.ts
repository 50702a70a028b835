import { narrow } from "../workload/narrow.ts"
import type { FigurePlan } from "./figure.ts"
import { readingProbe } from "./reading.ts"

/** The dump alone, beside a process that throws the socket's bytes away. */
export const framingFigures: readonly FigurePlan[] = [
  {
    figure: "framing",
    unit: "MB/s",
    better: "more",
    quantity: throughput("canal-framing"),
    peer: { name: "mysql2, raw dump", quantity: throughput("mysql2-drain") },
    floor: 0.7,
  },
]

function throughput(program: string): FigurePlan["quantity"] {
  return { probe: readingProbe(program, narrow, { checked: false }), name: "throughput" }
}
