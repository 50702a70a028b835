import { z } from "zod"

/** What the process is told that writes at a steady pace. */
export const pacedTaskSchema = z.object({
  host: z.string(),
  port: z.number(),
  user: z.string(),
  password: z.string(),
  connections: z.number(),
  /**
   * A statement with one `?` for a number: `clock`, microseconds of the machine's monotonic clock right before the
   * statement is sent; `turn`, how many were sent before.
   */
  sql: z.string(),
  number: z.enum(["clock", "turn"]),
  perSecond: z.number(),
  /** Statements in all. */
  count: z.number(),
})

export type PacedTask = z.infer<typeof pacedTaskSchema>

/** What came of it: the pace, and the milliseconds until the source's answer. */
export const pacedResultSchema = z.object({ perSecond: z.number(), p99: z.number() })

/** What the process is told that measures how late changes come. */
export const latencyTaskSchema = z.object({
  table: z.string(),
  column: z.string(),
  /** Changes in all, and how many of them come before they count. */
  changes: z.number(),
  warmUp: z.number(),
})

/** Milliseconds from right before the statement was sent to the client's handler. */
export const latencyResultSchema = z.object({ p50: z.number(), p99: z.number(), longest: z.number() })

/** Microseconds of a clock that all processes of the machine share. */
export function monotonicMicroseconds(): number {
  return Number(process.hrtime.bigint() / 1000n)
}
