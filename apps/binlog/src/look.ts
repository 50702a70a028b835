import { styleText } from "node:util"
import { BinlogError, type BinlogEvent, type TableMap } from "@canal/binlog-protocol"
import { type CommandContext, UsageError } from "@canal/command-line"
import type { BinlogArguments } from "./command.ts"
import type { EventPrinter } from "./format/event-printer.ts"
import { JsonPrinter } from "./format/json.ts"
import { type Paint, TextPrinter } from "./format/text.ts"
import { adviceFor } from "./input/advice.ts"
import { fileEvents } from "./input/file-events.ts"
import { type ProgressTeller, progressTeller } from "./input/progress.ts"
import { sourceEvents } from "./input/source-events.ts"
import { OutputWriter } from "./output-writer.ts"
import { Selection } from "./select/selection.ts"
import { Statistics } from "./stats/statistics.ts"
import { summaryText } from "./stats/summary-text.ts"
import { verifyFiles } from "./verify/verify-files.ts"

const paint: Paint = (colour, text) => styleText(colour, text, { stream: process.stdout })

/** `canal-binlog`: shows, sums up or verifies what is in binlogs. */
export async function look(args: BinlogArguments, context: CommandContext): Promise<void> {
  checkInputs(args)
  const program = args["verify-with"]
  if (program !== undefined) return verifyFiles(program, args.files, context)
  const out = new OutputWriter(context)
  const statistics = args.stats ? new Statistics() : undefined
  try {
    await showEvents(args, context, out, statistics)
  } catch (error) {
    if (context.signal.aborted) return
    await out.flush()
    throw error instanceof BinlogError
      ? new Error(`${error.message}${adviceFor(error)}`, { cause: error })
      : error
  } finally {
    if (statistics !== undefined && !statistics.isEmpty) out.add(summaryOf(statistics, args.format))
    await out.flush()
  }
}

async function showEvents(
  args: BinlogArguments,
  context: CommandContext,
  out: OutputWriter,
  statistics: Statistics | undefined,
): Promise<void> {
  const { signal } = context
  const selection = new Selection(args)
  const printer: EventPrinter =
    args.format === "json"
      ? new JsonPrinter({
          timeZone: args["time-zone"] ?? (process.env["TZ"] || "UTC"),
          labels: args.labels,
          base64: args.base64,
        })
      : new TextPrinter(paint)
  const progress = progressTeller()
  try {
    for await (const events of inputs(args, context, progress)) {
      for (const event of events) {
        const verdict = selection.judge(event)
        if (verdict === "end" || signal.aborted) return
        if (verdict === "skip") continue
        if (statistics !== undefined) statistics.add(event)
        else for (const piece of printer.print(event)) if (out.add(piece)) await out.flush()
      }
      // What is still being written may bring nothing for long.
      if (args.follow || args.source !== undefined) await out.flush()
    }
  } finally {
    progress.done()
  }
}

function inputs(
  args: BinlogArguments,
  context: CommandContext,
  onProgress: ProgressTeller,
): AsyncIterable<readonly BinlogEvent[]> {
  const { signal } = context
  const { source, files, from, table, start, stop, follow, "partial-json": partialJson } = args
  if (source === undefined || files.length > 0) {
    const wantsTable = table && (({ schema, table: name }: TableMap): boolean => table.accepts(schema, name))
    return fileEvents(files, { start, stop, signal, wantsTable, partialJson, onProgress, follow })
  }
  return sourceEvents(source, {
    from,
    serverId: args["server-id"],
    partialJson,
    signal,
    onStart: (place) => context.say(`reading from ${place} on, the source's current end`),
  })
}

function checkInputs(args: BinlogArguments): void {
  const { source, files, from, start } = args
  const hasFiles = files.length > 0
  if (!hasFiles && source === undefined)
    throw new UsageError("nothing to read: give binlog files, or --source URL for a live source (see --help)")
  if (hasFiles && process.env["CANAL_SOURCE"] === undefined && source !== undefined)
    throw new UsageError("give binlog files or --source, not both")
  if (hasFiles && from !== undefined)
    throw new UsageError("--from is for --source; with files, --start FILE:POS says where to begin")
  if (!hasFiles && start !== undefined && "file" in start)
    throw new UsageError("--start FILE:POS is for files; with --source, --from says where to begin")
  if (!hasFiles && args.follow)
    throw new UsageError("--follow is for files; a live source is followed anyway")
  if (!hasFiles && args["verify-with"] !== undefined) throw new UsageError("--verify-with needs binlog files")
}

function summaryOf(statistics: Statistics, format: BinlogArguments["format"]): string {
  const summary = statistics.summary()
  return format === "json" ? `${JSON.stringify(summary)}\n` : summaryText(summary, paint)
}
