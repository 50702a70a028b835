import { fileURLToPath } from "node:url"
import { type AppOptions, type DatabaseServer, spawnApp } from "@canal/testbed"
import type { Table } from "../workload/column.ts"
import { SCHEMA, type Written } from "../workload/workload.ts"
import { type Result, resultSchema, type Task } from "../subject/task.ts"

/** The repository that this is part of. */
export const ownRoot: string = fileURLToPath(new URL("../../../../", import.meta.url))

/** Of the changes of a workload, how many are read before the clock starts. */
const WARM_UP = 0.2

const ROOT_HOOK = import.meta.resolve("../subject/root-hook.ts")

/** Longest time for one subject. */
const LIMIT_MS = 120_000

let lastServerId = 1000

/** What reads a workload in a process of its own; see `subject/`. */
export interface Subject {
  /** A file of `subject/`, without its ending. */
  readonly program: string
  readonly root: string
}

/** The task of reading a workload once. */
export function taskOf(source: DatabaseServer, written: Written, root: string, digest: boolean): Task {
  const { workload, changes, file, start, end } = written
  lastServerId += 1
  return {
    host: source.host,
    port: source.port,
    ...source.replication,
    serverId: lastServerId,
    schema: SCHEMA,
    tables: workload.tables.map(readTable),
    insertsOnly: workload.insertsOnly,
    file,
    start,
    end,
    changes,
    warmUp: Math.floor(changes * WARM_UP),
    digest,
    root,
  }
}

/** A table without what only the writer knows. */
export function readTable({ name, columns }: Table): Task["tables"][number] {
  return { name, columns: columns.map(({ name, form }) => ({ name, form })) }
}

/**
 * Runs a subject to its end.
 * @throws Error with the end of its output when it fails; the signal's reason when that ends it
 */
export async function runSubject(
  program: string,
  task: Task,
  signal: AbortSignal,
  options: AppOptions = {},
): Promise<Result> {
  const path = fileURLToPath(new URL(`../subject/${program}.ts`, import.meta.url))
  await using app = await spawnApp(path, {
    ...options,
    args: [JSON.stringify(task), ...(options.args ?? [])],
    nodeArgs: [...(options.nodeArgs ?? []), "--import", ROOT_HOOK],
    environment: { TZ: "UTC", BENCH_ROOT: task.root, ...options.environment },
  })
  const limit = AbortSignal.timeout(LIMIT_MS)
  const ending = AbortSignal.any([signal, limit])
  const kill = (): void => app.kill("SIGKILL")
  ending.addEventListener("abort", kill)
  const exit = await app.exited
  ending.removeEventListener("abort", kill)
  signal.throwIfAborted()
  const last = app.stdout.at(-1)
  if (exit.code !== 0 || last === undefined) {
    const how = limit.aborted
      ? `took more than ${LIMIT_MS / 1000} s`
      : `ended with ${exit.signal ?? exit.code}`
    throw new Error(`${program} on ${task.file} ${how}: ${complaint(app.stderr)}`)
  }
  return resultSchema.parse(JSON.parse(last))
}

/** What a process said of its end: from the first line that names an error on. */
function complaint(lines: readonly string[]): string {
  const named = lines.findIndex((line) => /Error\b/.test(line))
  return lines.slice(named === -1 ? -4 : named, named === -1 ? undefined : named + 4).join(" ")
}
