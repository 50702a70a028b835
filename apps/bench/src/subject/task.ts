import { z } from "zod"
import { digestSchema } from "../digest/digest.ts"
import { told } from "./told.ts"
import { forms } from "../workload/form.ts"

/** What a process is told that reads a workload. */
export const taskSchema = z.object({
  host: z.string(),
  port: z.number(),
  user: z.string(),
  password: z.string(),
  serverId: z.number(),
  schema: z.string(),
  tables: z.array(
    z.object({
      name: z.string(),
      columns: z.array(z.object({ name: z.string(), form: z.enum(forms) })),
    }),
  ),
  insertsOnly: z.boolean(),
  file: z.string(),
  start: z.number(),
  end: z.number(),
  /** Changes in the range, and how many of them are read before the clock starts. */
  changes: z.number(),
  warmUp: z.number(),
  /** Into how many laps the timed part is parted, between which the process rests; 0: it reads all at once. */
  laps: z.number(),
  /** Take the digest of what is read, whatever time that takes. */
  digest: z.boolean(),
  /** The repository whose packages are measured. */
  root: z.string(),
})

export type Task = z.infer<typeof taskSchema>

/** What it found. */
export const resultSchema = z.object({
  /** Of the timed part. */
  seconds: z.number(),
  cpuSeconds: z.number(),
  changes: z.number(),
  /** Offsets of binlog in the timed part. */
  bytes: z.number(),
  /** Most memory the process had resident, in bytes. */
  peakMemory: z.number(),
  digest: z.record(z.string(), digestSchema).nullable(),
  /** What the server took that served a client: in the timed part, and at its peak. */
  serverCpuSeconds: z.number().optional(),
  serverPeakMemory: z.number().optional(),
})

export type Result = z.infer<typeof resultSchema>

/** The task of this process. */
export function readTask(): Task {
  return told(0, taskSchema)
}

/** The task of this process, which counts bytes of binlog instead of changes. */
export function byteTask(): Task {
  const task = readTask()
  const bytes = task.end - task.start
  return { ...task, changes: bytes, warmUp: Math.floor((task.warmUp / task.changes) * bytes) }
}
