import { basename } from "node:path"
import { type BinlogEvent, readBinlogFile, type RowsEvent } from "@canal/binlog-protocol"
import { type CommandContext, oneLine } from "@canal/command-line"
import { clean } from "../format/shown-value.ts"
import { type OnProgress, sizeOf } from "../input/file-events.ts"
import { progressTeller } from "../input/progress.ts"
import { Comparison, type ComparisonResult, printedPosition } from "./comparison.ts"
import { type PrintedEvent, type PrintedRow, readProgramOutput } from "./program-output.ts"
import { programLines } from "./program-lines.ts"

/**
 * Compares what is in files with what `mysqlbinlog` or `mariadb-binlog` prints of them: a line per file and per difference.
 * @throws Error where anything differs or cannot be read.
 */
export async function verifyFiles(
  program: string,
  files: readonly string[],
  context: CommandContext,
): Promise<void> {
  const progress = progressTeller()
  let failed = 0
  for (const file of files) {
    try {
      const result = await compareFile(program, file, context.signal, progress)
      progress.done()
      if (result.differences > 0) failed++
      await context.write(report(file, result))
    } catch (error) {
      progress.done()
      if (context.signal.aborted) return
      if (files.length === 1) throw error
      failed++
      await context.write(
        `${file}: not compared: ${oneLine(error instanceof Error ? error.message : String(error))}\n`,
      )
    }
  }
  if (failed > 0)
    throw new Error(
      `${failed} of ${files.length} files differ from what ${program} prints, or were not compared: see above`,
    )
}

/** Reads a file twice at once, by ourselves and by the program. */
export async function compareFile(
  program: string,
  file: string,
  signal: AbortSignal,
  onProgress: OnProgress = () => {},
): Promise<ComparisonResult> {
  const size = await sizeOf(file)
  const printed = new PrintedQueue(readProgramOutput(programLines(program, file, signal)))
  const comparison = new Comparison()
  // A statement's rows come behind the heads of all of its events.
  const waiting: RowsEvent[] = []
  let last = basename(file)
  try {
    for await (const events of readBinlogFile(file, { signal, partialJson: "diffs" })) {
      for (const event of events) {
        await compareEvents(comparison, event, printed)
        last = `${event.file}:${event.position}`
        if (event.type === "rows") waiting.push(event)
        if (event.type !== "rows" || event.endsStatement) await compareRows(comparison, waiting, printed)
      }
      onProgress(events.at(-1)?.endPosition ?? 0, size, file)
    }
    await compareRows(comparison, waiting, printed)
    for (let event = await printed.event(); event !== undefined; event = await printed.event())
      comparison.events(undefined, event)
    for (let row = await printed.row(); row !== undefined; row = await printed.row())
      comparison.extraRow(row, last)
    return comparison.result
  } finally {
    await printed.close()
  }
}

/** Where one of the two lacks an event, the other is not compared with the wrong one. */
async function compareEvents(
  comparison: Comparison,
  event: BinlogEvent,
  printed: PrintedQueue,
): Promise<void> {
  const position = printedPosition(event)
  let theirs = await printed.event()
  for (; theirs !== undefined && theirs.at < position; theirs = await printed.event())
    comparison.events(undefined, theirs)
  if (theirs === undefined || theirs.at === position) return comparison.events(event, theirs)
  printed.putBack(theirs)
  comparison.events(event, undefined)
}

async function compareRows(
  comparison: Comparison,
  waiting: RowsEvent[],
  printed: PrintedQueue,
): Promise<void> {
  for (const event of waiting.splice(0)) await comparison.rows(event, () => printed.row())
}

/** What the program prints, as two queues: heads of events, and rows. */
class PrintedQueue {
  readonly #output: AsyncGenerator<PrintedEvent | PrintedRow, void, void>
  readonly #events: PrintedEvent[] = []
  readonly #rows: PrintedRow[] = []

  constructor(output: AsyncGenerator<PrintedEvent | PrintedRow, void, void>) {
    this.#output = output
  }

  async event(): Promise<PrintedEvent | undefined> {
    while (this.#events.length === 0) if (!(await this.#more())) return undefined
    return this.#events.shift()
  }

  putBack(event: PrintedEvent): void {
    this.#events.unshift(event)
  }

  async row(): Promise<PrintedRow | undefined> {
    while (this.#rows.length === 0) if (!(await this.#more())) return undefined
    return this.#rows.shift()
  }

  async close(): Promise<void> {
    await this.#output.return()
  }

  async #more(): Promise<boolean> {
    const next = await this.#output.next()
    if (next.done === true) return false
    if (next.value.kind === "event") this.#events.push(next.value)
    else this.#rows.push(next.value)
    return true
  }
}

function report(file: string, result: ComparisonResult): string {
  const { events, rows, values, notComparable, differences, shown } = result
  const verdict = differences === 0 ? "same" : `${differences} differences`
  const lines = [
    `${file}: ${verdict}  ${events} events  ${rows} rows  ${values} values  ${notComparable} not comparable`,
    ...shown.map(({ at, what }) => `  ${at}  ${clean(what)}`),
    ...(differences > shown.length ? [`  … and ${differences - shown.length} more`] : []),
  ]
  return `${lines.join("\n")}\n`
}
