import type { DatabaseServer } from "@canal/testbed"
import type { Task } from "../subject/task.ts"
import type { Table } from "../workload/column.ts"
import { SCHEMA, type Workload, type Written } from "../workload/workload.ts"

/** Of the changes of a workload, how many are read before the clock starts. */
export const WARM_UP = 1 / 3

let lastServerId = 1000

/** What is to be read, as far as a reader must know it. */
type Range = Omit<Written, "workload"> & { readonly workload: Pick<Workload, "tables" | "insertsOnly"> }

/** The task of reading a workload once: at once, or in laps; for its digest, or timed. */
export function readingTask(
  source: DatabaseServer,
  written: Range,
  root: string,
  { laps = 0, digest = false }: { readonly laps?: number; readonly digest?: boolean } = {},
): Task {
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
    laps,
    digest,
    root,
  }
}

/** A table without what only the writer knows. */
export function readTable({ name, columns }: Table): Task["tables"][number] {
  return { name, columns: columns.map(({ name, form }) => ({ name, form })) }
}
