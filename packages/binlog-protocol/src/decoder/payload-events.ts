import { createZstdDecompress, zstdDecompressSync } from "node:zlib"
import { BinlogError } from "../errors.ts"
import type { BinlogEvent } from "../event/binlog-event.ts"
import type { TransactionPayloadEvent } from "../event/transaction-payload.ts"
import { EventSplitter } from "./event-splitter.ts"

/** Decodes the event from `start` to `end` and appends it to `out`. */
export type DecodeInner = (bytes: Buffer, start: number, end: number, out: BinlogEvent[]) => void

/** Events of up to this many bytes together are decompressed in one call. */
const SMALL = 2 ** 20
/** Bytes of the events of one array. */
const PIECE = 256 * 1024

/** Whether a payload's events may be had at once. */
export function isSmall({ uncompressedLength, payloadLength }: TransactionPayloadEvent): boolean {
  return uncompressedLength !== undefined && uncompressedLength <= SMALL && payloadLength <= SMALL
}

/** Appends all events of a small payload to `out`. */
export function decodeSmallPayload(
  event: TransactionPayloadEvent,
  payload: Buffer,
  decode: DecodeInner,
  out: BinlogEvent[],
): void {
  const { compression, uncompressedLength = 0 } = event
  const plain = compression === "none" ? payload : decompressed(payload, uncompressedLength)
  if (plain.length !== uncompressedLength) throw wrongLength(plain.length, uncompressedLength)
  const splitter = new EventSplitter()
  splitter.push(plain, (bytes, start, end) => decode(bytes, start, end, out))
  if (!splitter.idle) throw cutOff()
}

/**
 * Reads the events of a payload of any size, in arrays of some 256 KiB of events. What came whole before an error is
 * handed out first. Holds the payload, one piece, one event and what the decompression looks back at, 128 MiB at most.
 */
export async function* decodeLargePayload(
  event: TransactionPayloadEvent,
  payload: Buffer,
  decode: DecodeInner,
): AsyncGenerator<readonly BinlogEvent[], void, void> {
  const { uncompressedLength } = event
  const splitter = new EventSplitter()
  let length = 0
  for await (const piece of event.compression === "none" ? cut(payload) : decompressedPieces(payload)) {
    length += piece.length
    if (uncompressedLength !== undefined && length > uncompressedLength)
      throw wrongLength(length, uncompressedLength)
    const events: BinlogEvent[] = []
    let failure: unknown
    try {
      splitter.push(piece, (bytes, start, end) => decode(bytes, start, end, events))
    } catch (error) {
      failure = error
    }
    if (events.length > 0) yield events
    if (failure !== undefined) throw failure
  }
  if (!splitter.idle) throw cutOff()
  if (uncompressedLength !== undefined && length !== uncompressedLength)
    throw wrongLength(length, uncompressedLength)
}

function* cut(payload: Buffer): Generator<Buffer, void, void> {
  for (let at = 0; at < payload.length; at += PIECE) yield payload.subarray(at, at + PIECE)
}

function decompressed(payload: Buffer, length: number): Buffer {
  try {
    return zstdDecompressSync(payload, { maxOutputLength: Math.max(length, 1) })
  } catch (cause) {
    throw corrupt(cause)
  }
}

async function* decompressedPieces(payload: Buffer): AsyncGenerator<Buffer, void, void> {
  const stream = createZstdDecompress({ chunkSize: PIECE })
  stream.end(payload)
  const pieces: AsyncIterator<unknown> = stream[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await nextOf(pieces)
      if (next.done === true) return
      const piece: unknown = next.value
      if (Buffer.isBuffer(piece)) yield piece
    }
  } finally {
    stream.destroy()
  }
}

async function nextOf(pieces: AsyncIterator<unknown>): Promise<IteratorResult<unknown>> {
  try {
    return await pieces.next()
  } catch (cause) {
    throw corrupt(cause)
  }
}

function corrupt(cause: unknown): BinlogError {
  return new BinlogError(
    "MALFORMED",
    "A compressed transaction cannot be decompressed; it is corrupt or not as long as it says",
    { cause },
  )
}

function cutOff(): BinlogError {
  return new BinlogError("TRUNCATED", "A compressed transaction ends within an event; it is corrupt")
}

function wrongLength(length: number, announced: number): BinlogError {
  const found = length > announced ? "more than" : `${length} of`
  return new BinlogError(
    "MALFORMED",
    `A compressed transaction holds ${found} the ${announced} bytes it announces; it is corrupt`,
  )
}
