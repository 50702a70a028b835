import { wide } from "../workload/wide.ts"
import type { FigurePlan } from "./figure.ts"
import { readingProbe } from "./reading.ts"

const socket = { name: "socket thrown away", quantity: throughput("socket-drain") }
const common = { unit: "MB/s", better: "more", peer: socket } as const

/** The dump alone, beside a process that throws the socket's bytes away. */
export const framingFigures: readonly FigurePlan[] = [
  { figure: "framing", ...common, quantity: throughput("canal-framing"), floor: 0.7 },
  { figure: "framing/mysql2", ...common, quantity: throughput("mysql2-dump"), floor: null },
]

function throughput(program: string): FigurePlan["quantity"] {
  return { probe: readingProbe(program, wide, { checked: false }), name: "throughput" }
}
