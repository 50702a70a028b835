import { fileURLToPath } from "node:url"
import { setTimeout as sleep } from "node:timers/promises"
import { type App, spawnApp } from "@canal/testbed"
import type { z } from "zod"
import { LAP } from "../subject/lap.ts"
import { isStopped } from "../subject/process-status.ts"
import type { Pass } from "./baton.ts"
import type { Bench } from "./bench.ts"

/** The repository that this is part of. */
export const ownRoot: string = fileURLToPath(new URL("../../../../", import.meta.url))

const ROOT_HOOK = import.meta.resolve("../subject/root-hook.ts")

/** Longest time for one subject, with the turns of the others. */
const LIMIT_MS = 600_000

/** A process of `subject/` that runs once. */
export interface SubjectRun<Schema extends z.ZodType> {
  /** A file of `subject/`, without its ending. */
  readonly program: string
  /** The repository whose packages it uses. */
  readonly root: string
  /** What it is told: each as JSON in an argument of its own. */
  readonly told: readonly unknown[]
  /** What it says on its last line, as JSON. */
  readonly result: Schema
  readonly nodeArgs?: readonly string[]
  /** Ends it, besides the end of everything. */
  readonly signal?: AbortSignal
  /** Whether what it takes is measured, so that a profile of it says something. */
  readonly isMeasured: boolean
  /** Called between its laps, if it was told to have some. It rests meanwhile, and what runs beside it, too. */
  readonly pass?: Pass
  readonly beside?: readonly App[]
}

/**
 * Runs a subject to its end.
 * @throws Error with what it said of its end when it fails; the signal's reason when that ends it
 */
export async function runSubject<Schema extends z.ZodType>(
  bench: Bench,
  run: SubjectRun<Schema>,
): Promise<z.infer<Schema>> {
  const { program, root, told, result, nodeArgs = [], isMeasured, pass, beside = [] } = run
  bench.signal.throwIfAborted()
  const profiler = isMeasured ? bench.profiler(program) : []
  let lap = Promise.withResolvers<void>()
  await using app = await spawnApp(fileURLToPath(new URL(`../subject/${program}.ts`, import.meta.url)), {
    args: told.map((each) => JSON.stringify(each)),
    nodeArgs: [...nodeArgs, ...profiler, "--import", ROOT_HOOK],
    environment: { TZ: "UTC", BENCH_ROOT: root },
    onStdout: (line) => {
      if (line === LAP) lap.resolve()
    },
  })
  const limit = AbortSignal.timeout(LIMIT_MS)
  const ending = AbortSignal.any([bench.signal, limit, ...(run.signal === undefined ? [] : [run.signal])])
  const kill = (): void => app.kill("SIGKILL")
  ending.addEventListener("abort", kill)
  while ((await Promise.race([lap.promise, app.exited])) === undefined) {
    lap = Promise.withResolvers()
    await stopped(app)
    for (const other of beside) other.kill("SIGSTOP")
    await pass?.()
    for (const other of [...beside, app]) other.kill("SIGCONT")
  }
  const exit = await app.exited
  ending.removeEventListener("abort", kill)
  if (ending.aborted && !limit.aborted) throw ending.reason
  const last = app.stdout.at(-1)
  if (exit.code !== 0 || last === undefined) {
    const how = limit.aborted
      ? `took more than ${LIMIT_MS / 1000} s`
      : `ended with ${exit.signal ?? exit.code}`
    throw new Error(`${program} ${how}: ${complaint(app.stderr)}`)
  }
  return result.parse(JSON.parse(last))
}

/** Waits until a process has stopped that has said so right before; one that has ended meanwhile never will. */
async function stopped(app: App): Promise<void> {
  while (app.exit === undefined && !isStopped(app.pid)) await sleep(1)
}

/** What a process said of its end: from the first line that names an error on. */
function complaint(lines: readonly string[]): string {
  const named = lines.findIndex((line) => /Error\b/.test(line))
  return lines.slice(named === -1 ? -4 : named, named === -1 ? undefined : named + 4).join(" ")
}
