import { generated } from "../bytes/generated.ts"
import type { ColumnCodec, ColumnValue } from "../value/column-codec.ts"
import type { FoundColumn } from "./found-column.ts"
import type { ImageLayout } from "./image.ts"
import {
  IMAGE_COLUMNS,
  IMAGE_NULL_BYTES,
  IMAGE_RECORDS,
  KIND_FOREIGN,
  KIND_NULL,
  KIND_NUMBER,
  KIND_REPEATED,
  KIND_SLICE,
  READS_BITS,
  READS_DOUBLE,
  READS_FLOAT,
  READS_FOREIGN,
  READS_INT32,
  READS_INT64,
  READS_JSON,
  READS_UINT32,
  READS_UINT64,
  READS_YEAR,
  RECORD_DIGITS,
  RECORD_LENGTH_BITS,
  RECORD_PREFIX,
  RECORD_READS,
  RECORD_SIZE,
  RECORD_WIDTH,
} from "./value-layout.ts"
import type { WasmValues } from "./wasm-values.ts"

/**
 * The values, by ordinal, of the image whose slots begin at `first`, of rows with this piece of texts. `old` are those of the
 * image before an update.
 */
type ReadSlots = (first: number, piece: string, old: readonly ColumnValue[] | undefined) => ColumnValue[]

/** Images of one table that hold the same columns. */
export class FoundImage {
  /** How many slots an image takes. */
  readonly size: number
  /** The image as WebAssembly knows it. */
  readonly description: Buffer
  readonly read: ReadSlots

  constructor(wasm: WasmValues, columns: readonly FoundColumn[], layout: ImageLayout) {
    this.size = layout.present.length
    this.description = describe(columns, layout)
    this.read = slotReader(wasm, columns, layout.present)
  }
}

function describe(columns: readonly FoundColumn[], { present, widths, nullBytes }: ImageLayout): Buffer {
  const description = Buffer.alloc(IMAGE_RECORDS + present.length * RECORD_SIZE)
  description.writeUInt32LE(present.length, IMAGE_COLUMNS)
  description.writeUInt32LE(nullBytes, IMAGE_NULL_BYTES)
  for (const [index, ordinal] of present.entries()) {
    const record = IMAGE_RECORDS + index * RECORD_SIZE
    const width = widths[index] ?? 0
    const prefix = Math.max(0, -width)
    description.writeUInt32LE(columns[ordinal]?.reads ?? READS_FOREIGN, record + RECORD_READS)
    description.writeUInt32LE(columns[ordinal]?.metadata ?? 0, record + RECORD_DIGITS)
    description.writeUInt32LE(prefix, record + RECORD_PREFIX)
    description.writeUInt32LE(2 ** (8 * prefix) - 1, record + RECORD_LENGTH_BITS)
    description.writeUInt32LE(Math.max(0, width), record + RECORD_WIDTH)
  }
  return description
}

/**
 * Makes a function of these columns' own: each has its own lines in it, and with them its own place where the engine learns
 * what it is. The source text holds numbers only.
 */
function slotReader(wasm: WasmValues, columns: readonly FoundColumn[], present: Int32Array): ReadSlots {
  const values = Array.from({ length: columns.length }, () => "undefined")
  const kinds: string[] = []
  for (const [index, ordinal] of present.entries()) {
    kinds.push(`const k${index} = kinds[first + ${index}]`)
    values[ordinal] =
      `k${index} === ${KIND_NULL} ? null : ${valueSource(columns[ordinal]?.reads, index, ordinal)}`
  }
  const source = `
    const { bytes, kinds, ints, words, numbers } = wasm
    ${[...present].map((ordinal) => `const r${ordinal} = reads[${ordinal}]`).join("\n")}
    return (first, piece, old) => {
      ${kinds.join("\n")}
      return [${values.join(", ")}]
    }`
  const { words, bytes, integers, naturals } = wasm
  const text = (slot: number, kind: number, read: ColumnCodec["read"], old: ColumnValue): ColumnValue =>
    kind === KIND_REPEATED ? old : read(bytes, words[2 * slot] ?? 0, words[2 * slot + 1] ?? 0)
  const big = (slot: number): ColumnValue => integers[slot]
  const natural = (slot: number): ColumnValue => naturals[slot]
  const reads = columns.map(({ codec }) => codec.read)
  const names = ["wasm", "reads", "text", "big", "natural", "json"]
  return generated<ReadSlots>(names, source)(wasm, reads, text, big, natural, wasm.json.value)
}

/** What a value is that is not NULL. */
function valueSource(reads: number | undefined, index: number, ordinal: number): string {
  const slot = `first + ${index}`
  const start = `words[2 * first + ${2 * index}]`
  const end = `words[2 * first + ${2 * index + 1}]`
  switch (reads) {
    case READS_INT32:
    case READS_YEAR:
      return `ints[2 * first + ${2 * index}]`
    case READS_UINT32:
      return start
    case READS_FLOAT:
    case READS_DOUBLE:
      return `numbers[${slot}]`
    case READS_INT64:
      return `k${index} === ${KIND_NUMBER} ? numbers[${slot}] : big(${slot})`
    case READS_UINT64:
    case READS_BITS:
      return `k${index} === ${KIND_NUMBER} ? numbers[${slot}] : natural(${slot})`
    case READS_JSON:
      return `k${index} === ${KIND_FOREIGN} ? r${ordinal}(bytes, ${start}, ${end}) : json(${slot})`
    case READS_FOREIGN:
      return `r${ordinal}(bytes, ${start}, ${end})`
    default:
      return (
        `k${index} === ${KIND_SLICE} ? piece.slice(${start}, ${end}) : ` +
        `text(${slot}, k${index}, r${ordinal}, old === undefined ? undefined : old[${ordinal}])`
      )
  }
}
