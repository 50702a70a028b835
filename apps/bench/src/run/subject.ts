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
const LIMIT_MS = 600_000

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
 * @throws Error with the end of its output when it fails
 */
export async function runSubject(program: string, task: Task, options: AppOptions = {}): Promise<Result> {
  const path = fileURLToPath(new URL(`../subject/${program}.ts`, import.meta.url))
  await using app = await spawnApp(path, {
    ...options,
    args: [JSON.stringify(task)],
    nodeArgs: [...(options.nodeArgs ?? []), "--import", ROOT_HOOK],
    environment: { TZ: "UTC", BENCH_ROOT: task.root, ...options.environment },
  })
  const timer = setTimeout(() => app.kill("SIGKILL"), LIMIT_MS)
  const { code, signal } = await app.exited
  clearTimeout(timer)
  const last = app.stdout.at(-1)
  if (code !== 0 || last === undefined) {
    throw new Error(
      `${program} on ${task.file} ended with ${signal ?? code}: ${app.stderr.slice(-8).join(" ")}`,
    )
  }
  return resultSchema.parse(JSON.parse(last))
}
