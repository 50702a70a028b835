import { parseArgs } from "node:util"
import { measureMemory } from "./measure.ts"

/* Prints what large transactions and rows take: node memory-main.ts [--transaction BYTES] [--blob BYTES]. */
const { values } = parseArgs({ options: { transaction: { type: "string" }, blob: { type: "string" } } })
const measured = await measureMemory({
  transactionBytes: Number(values.transaction ?? 200_000_000),
  blobBytes: Number(values.blob ?? 512_000_000),
})
for (const { what, rows, bytes, fileBytes, startMib, peakMib } of measured)
  process.stdout.write(
    `${what.padEnd(46)} ${rows} rows, ${bytes} bytes, file of ${fileBytes}; memory ${startMib} MiB at the start, ${peakMib} at the peak\n`,
  )
