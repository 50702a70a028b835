import { subscribe } from "node:diagnostics_channel"
import { styleText } from "node:util"
import { openBackend } from "@canal/backend"
import { type Batch, changesOf, connect } from "@canal/client"
import { type CommandContext, oneLine, UsageError } from "@canal/command-line"
import { flatMessageLine } from "@canal/protocol"
import { z } from "zod"
import type { ClientArguments } from "./command.ts"
import { type Paint, prettyLine } from "./format/pretty.ts"

const noticeSchema = z.object({ message: z.string() })

/** Where the packages of a client say what happened. */
const CHANNELS = ["canal:client", "canal:coordination"]
/** Where a server is looked for that nobody named. */
const DEFAULT_SERVER = "127.0.0.1:11111"

/** Milliseconds: long, so that a client that waits costs its backend no more than a handful of requests a minute. */
const SESSION_TIMEOUT = 30_000

/** Characters that are gathered before they are written. */
const GATHERED = 65_536

const paint: Paint = (colour, text) => styleText(colour, text, { stream: process.stdout })

/** `canal-client watch`: writes out batch after batch and acknowledges each. */
export async function watch(args: ClientArguments, context: CommandContext): Promise<void> {
  for (const channel of CHANNELS) {
    subscribe(channel, (published) => {
      const notice = noticeSchema.safeParse(published)
      if (notice.success) context.say(oneLine(notice.data.message))
    })
  }
  const { server, destination, filter, user, password } = args
  const { signal } = context
  if (server !== undefined && (args.zk ?? args.etcd ?? args.redis) !== undefined) {
    throw new UsageError("--server and --zk, --etcd or --redis exclude each other; give one of them")
  }
  const coordination = await openBackend({ ...args, sessionTimeout: SESSION_TIMEOUT })
  try {
    await using client = await connect({
      ...(coordination === undefined ? { server: server ?? DEFAULT_SERVER } : { coordination }),
      destination,
      clientId: args["client-id"],
      ...(filter === undefined ? {} : { filter }),
      user,
      password,
      signal,
    })
    let left = args.changes ?? Infinity
    for await (const batch of client.batches({ signal })) {
      const lines = args.format === "json" ? jsonLines(batch) : prettyLines(batch)
      const { whole, counted } = await writeOut(lines, left, context)
      if (!(await arrived())) return
      if (whole) await batch.ack()
      else await batch.rollback()
      left -= counted
      if (left <= 0) return
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** A piece of output and how many changed rows and structure changes it shows. */
interface Line {
  readonly text: string
  readonly counted: number
}

function* prettyLines(batch: Batch): Generator<Line> {
  for (const change of batch.changes) {
    yield { text: prettyLine(change, paint), counted: change.kind === "statement" ? 0 : 1 }
  }
}

function* jsonLines(batch: Batch): Generator<Line> {
  const timestamp = Date.now()
  for (const entry of batch.entries) {
    const text = lineOf(entry, batch.id, timestamp)
    if (text === undefined) continue
    yield { text: `${text}\n`, counted: changesOf(entry).filter(({ kind }) => kind !== "statement").length }
  }
}

/** @throws Error where the row is longer than a JavaScript string can be, some 512 MiB */
function lineOf(
  entry: Batch["entries"][number],
  batchId: Batch["id"],
  timestamp: number,
): string | undefined {
  try {
    return flatMessageLine(entry, { batchId, timestamp })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const { schemaName, tableName, logfileName, logfileOffset } = entry.header
    throw new Error(
      `a row of ${schemaName}.${tableName} at ${logfileName}:${logfileOffset} is too long for one line of JSON; leave its table out with --filter, or read it with @canal/client`,
      { cause: error },
    )
  }
}

/** Writes lines until as many changes as wanted are shown. */
async function writeOut(
  lines: Iterable<Line>,
  wanted: number,
  context: CommandContext,
): Promise<{ readonly whole: boolean; readonly counted: number }> {
  let gathered = ""
  let counted = 0
  let whole = true
  for (const line of lines) {
    if (counted >= wanted) {
      whole = false
      break
    }
    gathered += line.text
    counted += line.counted
    if (gathered.length >= GATHERED) {
      await context.write(gathered)
      gathered = ""
    }
  }
  if (gathered !== "") await context.write(gathered)
  return { whole, counted }
}

/** Whether all that was written has reached the reader of standard output; not, when that one has gone away. */
function arrived(): Promise<boolean> {
  return new Promise((resolve) => {
    process.stdout.write("", (error) => resolve(error === null || error === undefined))
  })
}
