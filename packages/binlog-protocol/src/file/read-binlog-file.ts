import { open } from "node:fs/promises"
import type { FileHandle } from "node:fs/promises"
import { basename } from "node:path"
import { setTimeout } from "node:timers/promises"
import { readUInt32 } from "../bytes/read.ts"
import { BinlogDecoder } from "../decoder/binlog-decoder.ts"
import type { BinlogDecoderOptions, InnerEvents } from "../decoder/binlog-decoder.ts"
import { BinlogError } from "../errors.ts"
import type { BinlogEvent } from "../event/binlog-event.ts"
import { EventTypeCode } from "../event/type-code.ts"
import type { PartialJsonForm } from "../rows/partial-update.ts"

export interface ReadBinlogFileOptions {
  /** Offset of the first event wanted; the file's FORMAT_DESCRIPTION is delivered before it. Default 4, the first. */
  readonly from?: number
  /** The file's name in events and errors; default the last part of the path. */
  readonly file?: string
  /**
   * Goes on as the file is written, until the ROTATE or STOP with which a server ends it. Default: what it has when it is
   * opened.
   */
  readonly follow?: boolean
  readonly signal?: AbortSignal
  readonly wantsTable?: BinlogDecoderOptions["wantsTable"]
  /** As in `BinlogDecoderOptions`. */
  readonly partialJson?: PartialJsonForm
}

const MAGIC = 0x6e_69_62_fe
const MYSQL_ENCRYPTED = 0x6e_69_62_fd
const MAGIC_LENGTH = 4
const HEADER_LENGTH = 19
const CHUNK = 256 * 1024

/** Milliseconds between two looks at a file that is followed. */
const LOOK_PERIOD = 100

/**
 * Reads a binlog or relay log file. Each array holds what one piece of the file held, or a part of a large compressed
 * transaction; the next piece is read when it is asked for. Positions are offsets in this file, in a relay log too.
 * @throws BinlogError `MALFORMED` for what is no binlog or is encrypted, `CHECKSUM_MISMATCH` for what is damaged,
 * `TRUNCATED` where the file ends within an event, `POSITION_INVALID` where no event begins at `from`; and the file
 * system's own errors. What lies before an error is delivered first.
 */
export async function* readBinlogFile(
  path: string,
  options: ReadBinlogFileOptions = {},
): AsyncGenerator<readonly BinlogEvent[], void, void> {
  const { signal, wantsTable, partialJson, file = basename(path), from = MAGIC_LENGTH } = options
  const follow = options.follow === true
  await using handle = await open(path)
  let { size } = await handle.stat()
  await checkMagic(handle, file)
  if (from < MAGIC_LENGTH || from > size)
    throw new BinlogError(
      "POSITION_INVALID",
      `${file} has no offset ${from}: events lie from ${MAGIC_LENGTH} to its end at ${size}`,
    )
  const decoder = new BinlogDecoder({
    file,
    contiguous: true,
    ...(wantsTable === undefined ? {} : { wantsTable }),
    ...(partialJson === undefined ? {} : { partialJson }),
  })
  if (from > MAGIC_LENGTH) {
    yield await readFirstEvent(handle, decoder, size, file)
    decoder.seek(from)
  }

  let at = from
  let wanted = CHUNK
  for (;;) {
    signal?.throwIfAborted()
    if (at === size && !follow) return
    const asked = Math.min(wanted, size - at)
    const chunk = await readAt(handle, at, asked)
    const events: BinlogEvent[] = []
    const left = follow ? Number.POSITIVE_INFINITY : size - at
    const { used, failure, inner } = decodeAll(decoder, chunk, left, file, from, events)
    if (events.length > 0) yield events
    if (failure !== undefined) throw failure
    for await (const array of inner ?? []) {
      signal?.throwIfAborted()
      yield array
    }
    if (follow && endsFile(events.at(-1))) return
    if (chunk.length < asked) throw becameShorter(file)
    if (used === 0 && at + chunk.length >= size) size = await grown(handle, size, file, signal)
    at += used
    wanted = Math.max(CHUNK, eventLength(chunk, used) ?? 0)
  }
}

const MADE_UP = 0x20

/** Whether a server writes nothing behind the event. A relay log begins with a ROTATE that its source made up. */
function endsFile(event: BinlogEvent | undefined): boolean {
  return event?.type === "stop" || (event?.type === "rotate" && (event.flags & MADE_UP) === 0)
}

/** Waits until the file is longer than `size`; gives its length. */
async function grown(
  handle: FileHandle,
  size: number,
  file: string,
  signal: AbortSignal | undefined,
): Promise<number> {
  for (;;) {
    const now = (await handle.stat()).size
    if (now > size) return now
    if (now < size) throw becameShorter(file)
    signal?.throwIfAborted()
    try {
      await setTimeout(LOOK_PERIOD, undefined, { signal })
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
  }
}

function becameShorter(file: string): BinlogError {
  return new BinlogError(
    "TRUNCATED",
    `${file} has become shorter while it was read; it was replaced or cut off`,
  )
}

/**
 * Decodes the whole events in a piece of the file and says how many bytes they took, and why it could not go on where
 * it could not. `left` is up to the file's end.
 */
function decodeAll(
  decoder: BinlogDecoder,
  chunk: Buffer,
  left: number,
  file: string,
  from: number,
  out: BinlogEvent[],
): { readonly used: number; readonly failure?: unknown; readonly inner?: InnerEvents | undefined } {
  let at = 0
  try {
    while (at < chunk.length) {
      const length = eventLength(chunk, at)
      checkLength(length, left - at, file, decoder.position)
      if (length === undefined || at + length > chunk.length) break
      const inner = decoder.decode(chunk, at, at + length, out)
      refuseEncrypted(out.at(-1), file)
      at += length
      if (inner !== undefined) return { used: at, inner }
    }
    return { used: at }
  } catch (error) {
    const isFirst = at === 0 && decoder.position === from && from > MAGIC_LENGTH
    return { used: at, failure: isFirst ? noEventHere(file, from, error) : error }
  }
}

/** `length` is `undefined` where the header is not whole yet. */
function checkLength(length: number | undefined, left: number, file: string, position: number): void {
  if (left < HEADER_LENGTH || (length !== undefined && length > left))
    throw new BinlogError(
      "TRUNCATED",
      `${file} ends within the event at ${position}; it is cut off or still being written`,
    )
  if (length !== undefined && length < HEADER_LENGTH)
    throw new BinlogError("MALFORMED", `No event begins at ${file}:${position}; the file is corrupt`)
}

/** Length of the event at `at` of a chunk; `undefined` where its header is not whole. */
function eventLength(chunk: Buffer, at: number): number | undefined {
  return chunk.length - at < HEADER_LENGTH ? undefined : readUInt32(chunk, at + 9)
}

/** Reads the FORMAT_DESCRIPTION with which the file begins. */
async function readFirstEvent(
  handle: FileHandle,
  decoder: BinlogDecoder,
  size: number,
  file: string,
): Promise<readonly BinlogEvent[]> {
  const header = await readAt(handle, MAGIC_LENGTH, HEADER_LENGTH)
  const length = eventLength(header, 0)
  if (length === undefined || length < HEADER_LENGTH || length > size - MAGIC_LENGTH)
    throw new BinlogError("TRUNCATED", `${file} ends within its first event; it is cut off`)
  const events: BinlogEvent[] = []
  decoder.decode(await readAt(handle, MAGIC_LENGTH, length), 0, length, events)
  return events
}

async function checkMagic(handle: FileHandle, file: string): Promise<void> {
  const magic = await readAt(handle, 0, MAGIC_LENGTH)
  const found = magic.length === MAGIC_LENGTH ? readUInt32(magic, 0) : 0
  if (found === MYSQL_ENCRYPTED) throw encrypted(file)
  if (found !== MAGIC)
    throw new BinlogError(
      "MALFORMED",
      `${file} is no binlog: it does not begin with the four bytes fe 62 69 6e`,
    )
}

/** A part of the file in memory of its own; shorter than asked for where the file ends. */
async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, at + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

/** MariaDB encrypts what stands behind START_ENCRYPTION; a source sends it decrypted, a file keeps it so. */
function refuseEncrypted(event: BinlogEvent | undefined, file: string): void {
  if (event?.typeCode === EventTypeCode.MARIADB_START_ENCRYPTION) throw encrypted(file)
}

function encrypted(file: string): BinlogError {
  return new BinlogError("MALFORMED", `${file} is encrypted; read it from its server, which decrypts it`)
}

function noEventHere(file: string, from: number, cause: unknown): BinlogError {
  return new BinlogError("POSITION_INVALID", `No event begins at ${file}:${from}; give the position of one`, {
    cause,
  })
}
