import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { deflateSync } from "node:zlib"
import { createRandom } from "@canal/testbed"
import type { Random } from "@canal/testbed"
import { ByteWriter } from "../../bytes/byte-writer.ts"
import { BinlogDecoder } from "../../decoder/binlog-decoder.ts"
import { EventSplitter } from "../../decoder/event-splitter.ts"
import { BinlogError } from "../../errors.ts"
import type { BinlogEvent } from "../../event/binlog-event.ts"
import type { RowsEvent } from "../../event/rows.ts"
import { readBinlogFile } from "../../file/read-binlog-file.ts"
import { PacketFramer } from "../../packet/packet-framer.ts"
import { parseGtidSet, parsePosition } from "../../position/parse-position.ts"
import { ABSENT, createImageLayout, scanImage } from "../../rows/image.ts"
import { rowReader } from "../../rows/row-reader.ts"
import { columnCodec } from "../../value/codecs.ts"
import { ColumnType } from "../../value/column-type.ts"
import type { Column } from "../../value/column.ts"
import { applyDiffs } from "../../value/json-diff.ts"
import { readRawValue } from "../../value/json-document.ts"
import { PartialJson } from "../../value/parsed-json.ts"
import { bareColumn } from "../columns.ts"
import { diffBytes, jsonBytes } from "../json-bytes.ts"
import type { Plain } from "../json-bytes.ts"
import { payloadEvent } from "../payload-bytes.ts"
import type { Corpus, RecordedEvent } from "./corpus.ts"
import { resized } from "./corpus.ts"
import { spoiled } from "./mutation.ts"
import type { FuzzInput } from "./mutation.ts"

/** Reads what the input makes; throws what the code under test throws. */
export type Target = (input: FuzzInput) => void | Promise<void>

const TYPES = Object.values(ColumnType)
const SPECIALS = [undefined, "json", "inet4", "inet6", "uuid"] as const

/** What a case came to: everything was read, or the package's own error said why not. */
export type Outcome = "value" | "error"

/** Runs a case; anything but a value and the package's own error is thrown on. */
export async function outcomeOf(target: Target, input: FuzzInput): Promise<Outcome> {
  try {
    const running = target(input)
    if (running !== undefined) await running
    return "value"
  } catch (error) {
    if (error instanceof BinlogError) return "error"
    throw error
  }
}

/** All targets by name, and the removal of what they wrote. */
export function createTargets(corpus: Corpus): {
  readonly targets: ReadonlyMap<string, Target>
  readonly remove: () => void
} {
  const folder = mkdtempSync(join(tmpdir(), "binlog-fuzz-"))
  const path = join(folder, "binlog.000001")
  const targets = new Map<string, Target>([
    ["event", (input) => readEvent(corpus, input)],
    ["values", readValues],
    ["json", readJson],
    ["payload", (input) => readPayload(corpus, input)],
    ["stream", (input) => readStream(corpus, input)],
    ["splitter", (input) => split(corpus, input)],
    [
      "file",
      async ({ pick, edits }) => {
        writeFileSync(path, spoiled(picked(corpus.files, pick), edits))
        for await (const events of readBinlogFile(path)) readAll(events)
      },
    ],
    ["text", readText],
  ])
  return { targets, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

function picked<T>(choices: readonly T[], pick: number): T {
  const found = choices[pick % choices.length]
  if (found === undefined) throw new RangeError("There is nothing to choose from")
  return found
}

function pickedEvent(corpus: Corpus, pick: number): RecordedEvent {
  return picked(picked(corpus.byType, pick), pick >>> 8)
}

/** An event of any type whose body, and sometimes type, is spoiled but whose header is right. */
async function readEvent(corpus: Corpus, { pick, edits }: FuzzInput): Promise<void> {
  const { bytes, table } = pickedEvent(corpus, pick)
  const spoiledTable = table !== undefined && pick % 5 === 0 ? body(table, edits.slice(0, 1)) : table
  const event = body(bytes, edits)
  if (pick % 7 === 0) event.writeUInt8((pick >>> 3) & 0xff, 4)
  const decoder = new BinlogDecoder({ contiguous: pick % 2 === 0 })
  for (const one of [spoiledTable, event]) if (one !== undefined) await decodeAll(decoder, one)
}

function body(event: Buffer, edits: FuzzInput["edits"]): Buffer {
  return resized(Buffer.concat([event.subarray(0, 19), spoiled(event.subarray(19), edits)]))
}

async function decodeAll(decoder: BinlogDecoder, bytes: Buffer): Promise<void> {
  const events: BinlogEvent[] = []
  const inner = decoder.decode(bytes, 0, bytes.length, events)
  readAll(events)
  if (inner !== undefined) for await (const more of inner) readAll(more)
}

/** Reads all that an event leaves to be read later. */
function readAll(events: readonly BinlogEvent[]): void {
  for (const event of events) if (event.type === "rows") readRows(event)
}

function readRows(event: RowsEvent): void {
  for (const { before, after } of rowReader(event.table)(event))
    for (const value of [...(before ?? []), ...(after ?? [])]) if (value instanceof PartialJson) String(value)
  const codecs = event.table.columns.map((column) => columnCodec(column))
  const layout = createImageLayout(codecs, event.beforeColumns ?? event.afterColumns ?? Buffer.alloc(0))
  const starts = new Int32Array(codecs.length)
  const ends = new Int32Array(codecs.length)
  scanImage(layout, event.rows, 0, starts, ends)
  for (const [ordinal, codec] of codecs.entries()) {
    const start = starts[ordinal] ?? ABSENT
    if (start >= 0) codec.writeText(event.rows, start, ends[ordinal] ?? start, new ByteWriter(64))
  }
}

/** One row of columns of any types, known and not, with any metadata, and of random bytes. */
function readValues({ pick, edits }: FuzzInput): void {
  const random = createRandom(pick)
  const columns = Array.from({ length: random.integer(1, 4) }, () => anyColumn(random))
  const codecs = columns.map((column) => columnCodec(column))
  const layout = createImageLayout(codecs, Buffer.alloc(1, random.pick([0xff, random.integer(0, 255)])))
  const bytes = spoiled(valueBytes(random), edits)
  const starts = new Int32Array(codecs.length)
  const ends = new Int32Array(codecs.length)
  const out = new ByteWriter(64)
  for (let at = 0; at < bytes.length;) {
    const next = scanImage(layout, bytes, at, starts, ends)
    for (const [ordinal, codec] of codecs.entries()) {
      const start = starts[ordinal] ?? ABSENT
      if (start < 0) continue
      const end = ends[ordinal] ?? start
      codec.read(bytes, start, end)
      codec.writeText(bytes, start, end, out)
      out.reset()
    }
    if (next === at) break
    at = next
  }
}

function anyColumn(random: Random): Column {
  const metadata = random.pick([0, 1, 2, 3, 4, 6, 8, random.integer(0, 0xff), random.integer(0, 0xffff)])
  return bareColumn(random.pick([ColumnType.JSON, ...TYPES]), metadata, {
    unsigned: random.pick([undefined, true, false]),
    collation: random.pick([undefined, 8, 33, 45, 63, 255, random.integer(1, 2400)]),
    labels: random.pick([undefined, [], ["a", "b"]]),
    special: random.pick(SPECIALS),
    oldFraction: random.pick([undefined, 0, random.integer(0, 6)]),
  })
}

/** NULL bits and a length in front, and something that is compressed among the rest. */
function valueBytes(random: Random): Buffer {
  const bytes = Buffer.from(random.bytes(random.integer(0, 80)))
  const first = Buffer.of(random.pick([0, 0, 0, random.integer(0, 255)]), random.integer(0, 40))
  const compressed = random.chance(0.3) ? deflateSync(bytes) : Buffer.alloc(0)
  const prefix = random.chance(0.3) ? Buffer.of(0, 0, 0x84, bytes.length) : Buffer.alloc(0)
  return Buffer.concat([first, prefix, compressed, bytes])
}

/** A document in MySQL's binary form, and changes of its parts, spoiled both or one of them. */
function readJson({ pick, edits }: FuzzInput): void {
  const random = createRandom(pick)
  const bytes = spoiled(jsonBytes(document(random, 0), random.chance(0.3)), edits)
  if (pick % 3 === 0) {
    const changes = diffs(random, edits)
    applyDiffs(readRawValue(bytes, 0, bytes.length), changes, 0, changes.length)
    return
  }
  const codec = columnCodec(bareColumn(ColumnType.JSON, 4))
  if (pick % 3 === 1) codec.read(bytes, 0, bytes.length)
  else codec.writeText(bytes, 0, bytes.length, new ByteWriter(64))
}

function document(random: Random, depth: number): Plain {
  const kind = depth > 4 ? 0 : random.integer(0, 3)
  if (kind === 0)
    return random.pick<Plain>([null, true, 1, -70_000, 0.5, 2 ** 40, "", "text", "l".repeat(200)])
  if (kind === 1) return random.pick<Plain>(["k", 7, false])
  const members = Array.from({ length: random.integer(0, 5) }, () => document(random, depth + 1))
  return kind === 2
    ? members
    : Object.fromEntries(members.map((member, at) => ["abk".charAt(at) || `k${at}`, member]))
}

function diffs(random: Random, edits: FuzzInput["edits"]): Buffer {
  const path = random.pick(["$.a", "$[0]", "$.b[1]", '$."k"', "$.a.b"])
  const made = diffBytes([random.integer(0, 1), path, document(random, 3)], [2, path])
  return random.chance(0.5) ? made : spoiled(made, edits)
}

/** A compressed transaction whose events, compressed bytes or announcements are spoiled. */
async function readPayload(corpus: Corpus, { pick, edits }: FuzzInput): Promise<void> {
  const run = picked(corpus.runs, pick)
  const compression = pick % 3 === 0 ? "none" : "zstd"
  const plain = pick % 2 === 0 ? spoiled(run, edits) : run
  const event = payloadEvent({
    plain: pick % 11 === 0 ? Buffer.concat([plain, largeEvent()]) : plain,
    compression,
    ...(pick % 5 === 0 ? { announced: undefined } : {}),
    ...(pick % 13 === 0 ? { announced: pick } : {}),
  })
  await decodeAll(new BinlogDecoder(), pick % 2 === 0 ? event : body(event, edits))
}

/** Makes a payload large enough to be streamed. */
function largeEvent(): Buffer {
  const bytes = Buffer.alloc(1_200_000, 7)
  bytes.writeUInt8(200, 4)
  return resized(bytes)
}

/** A dump as a source sends it, cut into pieces anywhere. */
async function readStream(corpus: Corpus, { pick, edits }: FuzzInput): Promise<void> {
  const random = createRandom(pick)
  const packets: Buffer[] = []
  for (let sequence = 1; sequence < 12; sequence++) {
    const { bytes } = pickedEvent(corpus, random.integer(0, 0x7fff_ffff))
    const header = Buffer.alloc(5)
    header.writeUIntLE(bytes.length + 1, 0, 3)
    header.writeUInt8(sequence, 3)
    packets.push(header, bytes)
  }
  const stream = spoiled(Buffer.concat(packets), edits)
  const framer = new PacketFramer()
  framer.expectAnswer()
  const decoder = new BinlogDecoder()
  for (let at = 0; at < stream.length;) {
    const end = at + random.pick([1, 3, 100, 5000])
    framer.push(stream.subarray(at, end))
    while (framer.next()) await decodeAll(decoder, framer.bytes.subarray(framer.start + 1, framer.end))
    at = end
  }
}

function split(corpus: Corpus, { pick, edits }: FuzzInput): void {
  const random = createRandom(pick)
  const bytes = spoiled(picked(corpus.runs, pick), edits)
  const splitter = new EventSplitter()
  let length = 0
  for (let at = 0; at < bytes.length;) {
    const end = at + random.pick([1, 7, 100, 5000])
    splitter.push(bytes.subarray(at, end), (_, start, stop) => {
      length += stop - start
    })
    at = end
  }
  if (length > bytes.length) throw new Error(`Events of ${length} bytes out of ${bytes.length}`)
}

const TEXTS = [
  "binlog.000001:4",
  "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:tag:7-9,4e11fa47-71ca-11e1-9e33-c80aa9429562:1",
  "0-1-5,1-2-9",
]

function readText({ pick, edits }: FuzzInput): void {
  const text = spoiled(Buffer.from(picked(TEXTS, pick)), edits).toString("latin1")
  if (pick % 2 === 0) parsePosition(text)
  else parseGtidSet(text).toString()
}
