import { randomInt } from "node:crypto"
import {
  type BinlogEvent,
  connectSource,
  openBinlog,
  type PartialJsonForm,
  type Position,
  type SourceOptions,
} from "@canal/binlog-protocol"
import { readSourceState } from "@canal/parser"

export interface SourceEventsOptions {
  readonly from: Position | undefined
  readonly serverId: number | undefined
  readonly partialJson: PartialJsonForm
  readonly signal: AbortSignal
  /** Told where the reading begins, where nobody said it. */
  readonly onStart: (place: string) => void
}

/** The events of a live source, as they come. Heartbeats and what the source made up for this dump are left out. */
export async function* sourceEvents(
  source: SourceOptions,
  options: SourceEventsOptions,
): AsyncGenerator<readonly BinlogEvent[], void, void> {
  const { signal, partialJson, serverId = randomInt(2 ** 30, 2 ** 31) } = options
  const from = options.from ?? (await currentEnd(source, options))
  for await (const events of openBinlog(source, from, { serverId, signal, partialJson }))
    yield events.filter((event) => event.type !== "heartbeat" && !isMadeUp(event))
}

async function currentEnd(source: SourceOptions, options: SourceEventsOptions): Promise<Position> {
  const connection = await connectSource(source, { signal: options.signal })
  try {
    const { file, offset } = await readSourceState((sql, values) => connection.query(sql, values))
    options.onStart(`${file}:${offset}`)
    return { file, offset }
  } finally {
    connection.destroy()
  }
}

function isMadeUp(event: BinlogEvent): boolean {
  return (event.flags & 0x20) !== 0 || (event.type === "rotate" && event.position === event.endPosition)
}
