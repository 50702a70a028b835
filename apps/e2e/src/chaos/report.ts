import type { CommandContext } from "@canal/command-line"
import { createRandom } from "@canal/testbed"
import { type BackendName, backendNames } from "./backends.ts"
import { chaos, type ChaosResult } from "./chaos.ts"
import type { ChaosArguments } from "./command.ts"
import { takeOverTimes } from "./take-over.ts"

/** Milliseconds, as in the test; the default protection time is Canal's. */
const SESSION = 3000
const PROTECTION = 500
const DEFAULT_PROTECTION = 5000
const TIMES = 3

/** Runs everything and writes a table. */
export async function report(args: ChaosArguments, context: CommandContext): Promise<void> {
  const say = (line: string): void => context.say(line)
  const random = createRandom(args.seed)
  say(`seed ${random.seed}`)
  const results: ChaosResult[] = []
  const rows: string[] = []
  for (const backend of args.backend === undefined ? backendNames : [args.backend]) {
    const result = await chaos({
      backend,
      faults: args.faults,
      session: SESSION,
      protection: PROTECTION,
      random,
      progress: say,
    })
    for (const violation of result.violations) say(`${backend}: ${violation}`)
    results.push(result)
    rows.push(await row(result, say))
    if (context.signal.aborted) break
  }
  const violations = results.reduce((sum, result) => sum + result.violations.length, 0)
  await context.write([...HEAD, ...rows, ""].join("\n"))
  if (violations > 0) throw new Error(`${violations} promises were not held; see above`)
}

const HEAD = [
  `Session ${SESSION} ms. Times from the signal to the first batch of the next server, median and longest of ${TIMES}.`,
  "",
  `| backend | faults | changes | minutes | promises not held | planned stop | crash, protection ${DEFAULT_PROTECTION} ms | crash, protection 0 |`,
  "| --- | --- | --- | --- | --- | --- | --- | --- |",
]

async function row(result: ChaosResult, say: (line: string) => void): Promise<string> {
  const { backend, faults, changes, seconds, violations } = result
  const planned = await measured(backend, "planned", DEFAULT_PROTECTION, say)
  const crash = await measured(backend, "crash", DEFAULT_PROTECTION, say)
  const unprotected = await measured(backend, "crash", 0, say)
  const cells = [
    backend,
    faults,
    changes,
    (seconds / 60).toFixed(1),
    violations.length,
    planned,
    crash,
    unprotected,
  ]
  return `| ${cells.join(" | ")} |`
}

async function measured(
  backend: BackendName,
  end: "planned" | "crash",
  protection: number,
  say: (line: string) => void,
): Promise<string> {
  const times = await takeOverTimes({ backend, end, times: TIMES, session: SESSION, protection })
  const [least = 0, median = least, longest = median] = times.toSorted((a, b) => a - b)
  say(`${backend}: ${end}, protection ${protection} ms: ${times.join(", ")} ms`)
  return `${median} / ${longest} ms`
}
