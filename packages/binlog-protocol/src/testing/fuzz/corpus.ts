import { readFileSync } from "node:fs"
import { zstdDecompressSync } from "node:zlib"
import { decodeTransactionPayload } from "../../event/transaction-payload.ts"
import { EventTypeCode } from "../../event/type-code.ts"
import { recordingNames, recordingPath } from "../recordings.ts"

/** An event of a recorded binlog, without its checksum, and what must come before it. */
export interface RecordedEvent {
  readonly typeCode: number
  /** Header and body; the header says the length that it has without the checksum. */
  readonly bytes: Buffer
  /** The table map of a rows event. */
  readonly table: Buffer | undefined
}

/** What the targets begin with: real binlogs and their events, those out of compressed transactions too. */
export interface Corpus {
  readonly files: readonly Buffer[]
  readonly events: readonly RecordedEvent[]
  /** Events by their type, so that rare ones are as likely as others. */
  readonly byType: readonly (readonly RecordedEvent[])[]
  /** Whole events that follow each other, as a compressed transaction holds them. */
  readonly runs: readonly Buffer[]
}

const HEADER_LENGTH = 19
const LARGEST_FILE = 64 * 1024

export function readCorpus(): Corpus {
  const files = recordingNames()
    .map((name) => readFileSync(recordingPath(name)))
    .filter((bytes) => bytes.length < LARGEST_FILE)
  const runs: Buffer[] = []
  const events = files.flatMap((file) => eventsOf(file.subarray(4), 4, runs))
  const types = new Map<number, RecordedEvent[]>()
  for (const event of events) types.set(event.typeCode, [...(types.get(event.typeCode) ?? []), event])
  return { files, events, byType: [...types.values()], runs }
}

function eventsOf(bytes: Buffer, checksum: 0 | 4, runs: Buffer[]): readonly RecordedEvent[] {
  const found: RecordedEvent[] = []
  const run: Buffer[] = []
  let table: Buffer | undefined
  for (let at = 0; at + HEADER_LENGTH <= bytes.length;) {
    const length = bytes.readUInt32LE(at + 9)
    const typeCode = bytes.readUInt8(at + 4)
    // FORMAT_DESCRIPTION says itself whether checksums follow.
    const keeps = typeCode === EventTypeCode.FORMAT_DESCRIPTION
    const event = resized(bytes.subarray(at, at + length - (keeps ? 0 : checksum)))
    if (typeCode === EventTypeCode.TABLE_MAP) table = event
    found.push({ typeCode, bytes: event, table })
    if (typeCode === EventTypeCode.TRANSACTION_PAYLOAD) found.push(...innerEvents(event, runs))
    else if (!keeps) run.push(event)
    at += length
  }
  if (run.length > 0) runs.push(Buffer.concat(run.slice(0, 200)))
  return found
}

function innerEvents(event: Buffer, runs: Buffer[]): readonly RecordedEvent[] {
  const base = {
    file: "",
    position: 0,
    endPosition: 0,
    length: event.length,
    timestamp: 0,
    serverId: 0,
    typeCode: EventTypeCode.TRANSACTION_PAYLOAD,
    flags: 0,
  }
  const { payload } = decodeTransactionPayload(base, event, HEADER_LENGTH, event.length)
  return eventsOf(zstdDecompressSync(payload), 0, runs)
}

/** The event in memory of its own, with its length in its header. */
export function resized(bytes: Buffer): Buffer {
  const event = Buffer.from(bytes)
  if (event.length >= HEADER_LENGTH) event.writeUInt32LE(event.length, 9)
  return event
}
