import { inspect, parseArgs } from "node:util"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { Worker } from "node:worker_threads"
import { createRandom } from "@canal/testbed"
import { readCorpus } from "./corpus.ts"
import { randomInput } from "./mutation.ts"
import { createTargets, outcomeOf } from "./targets.ts"

/*
 * Spoils recorded binlogs in ever other ways and reads them: node fuzz-main.ts [--seconds N] [--seed S] [--target NAME].
 * Ends with 1 at the first case that ends in anything but a value or a BinlogError, in more memory than the bound, or
 * not at all. Prints how many cases each target ran.
 */

/** Peak of the process's memory that no case may pass. */
const MEMORY_MIB = 1024

const { values } = parseArgs({
  options: { seconds: { type: "string" }, seed: { type: "string" }, target: { type: "string" } },
})
const seconds = Number(values.seconds ?? 60)
const random = createRandom(values.seed === undefined ? undefined : Number(values.seed))
const { targets, remove } = createTargets(readCorpus())
const chosen = [...targets].filter(([name]) => values.target === undefined || values.target === name)
if (chosen.length === 0) throw new RangeError(`No target is called ${values.target}`)

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

setFlagsFromString("--expose-gc")
const collectGarbage: unknown = runInNewContext("gc")

interface Count {
  value: number
  error: number
  slowestMs: number
}
const counts = new Map<string, Count>()
const shared = new SharedArrayBuffer(8)
const progress = new BigInt64Array(shared)
const watchdog = new Worker(new URL("watchdog.ts", import.meta.url), { workerData: shared })
watchdog.unref()

say(`seed ${random.seed}, ${seconds} s for ${chosen.length} targets`)
try {
  const end = performance.now() + seconds * 1000
  const share = 100
  while (performance.now() < end)
    for (const [name, target] of chosen) {
      const count = counts.get(name) ?? { value: 0, error: 0, slowestMs: 0 }
      counts.set(name, count)
      // As much time for each, however long its cases take.
      for (const until = performance.now() + share; performance.now() < until;) {
        const input = randomInput(random)
        const start = performance.now()
        try {
          count[await outcomeOf(target, input)]++
        } catch (error) {
          say(`${name} of ${JSON.stringify(input)} threw ${inspect(error)}`)
          process.exitCode = 1
        }
        count.slowestMs = Math.max(count.slowestMs, performance.now() - start)
        Atomics.add(progress, 0, 1n)
      }
      // What thousands of cases leave behind is not what one of them takes.
      if (typeof collectGarbage === "function") Reflect.apply(collectGarbage, undefined, [])
      if (process.exitCode === 1) process.exit()
    }
} finally {
  remove()
  await watchdog.terminate()
}

let total = 0
for (const [name, { value, error, slowestMs }] of counts) {
  total += value + error
  say(
    `${name.padEnd(9)} ${String(value + error).padStart(9)} cases: ${value} read, ${error} refused; slowest ${slowestMs.toFixed(0)} ms`,
  )
}
const peakMib = Math.round(process.resourceUsage().maxRSS / 1024)
say(`${total} cases, peak memory ${peakMib} MiB`)
if (peakMib > MEMORY_MIB) {
  say(`More than ${MEMORY_MIB} MiB`)
  process.exitCode = 1
}
