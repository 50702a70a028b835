import { z } from "zod"

/** The server that a client is to read from. */
export const servedSchema = z.object({
  port: z.number(),
  destination: z.string(),
  /** Its process. */
  pid: z.number(),
})

export type Served = z.infer<typeof servedSchema>

/** The same for several clients in one process. */
export const clientsSchema = servedSchema.extend({ clients: z.number() })

/** The same for a client that takes so many milliseconds for each of so many batches. */
export const slowSchema = servedSchema.extend({ pause: z.number(), batches: z.number() })

/** What this process was told in its argument at `index`, from 0. */
export function told<Schema extends z.ZodType>(index: number, schema: Schema): z.infer<Schema> {
  return schema.parse(JSON.parse(process.argv[2 + index] ?? ""))
}
