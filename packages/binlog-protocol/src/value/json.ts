import type { ByteWriter } from "../bytes/byte-writer.ts"
import type { ColumnCodec, ColumnValue } from "./column-codec.ts"
import { PartialJson } from "./parsed-json.ts"
import type { JsonValue } from "./parsed-json.ts"
import { walkJson } from "./json-binary.ts"
import { holdsDiffs, readDiffValues, writeDiffs } from "./json-diff.ts"
import { JsonTextSink } from "./json-text.ts"
import { JsonValueSink } from "./json-value.ts"
import { prefixedCodec } from "./make-codec.ts"
import { writtenText } from "./scratch.ts"

/**
 * JSON of MySQL: the length as in a BLOB, then binary JSON. The value is the parsed document. `column` is the name by
 * which changes of a part of the document call it.
 */
export function jsonCodec(prefix: number, column: string): ColumnCodec {
  const writeText = (bytes: Buffer, start: number, end: number, out: ByteWriter): void => {
    if (holdsDiffs(bytes, start, end)) writeDiffs(bytes, start + 1, end, column, out)
    else walkJson(bytes, start, end, new JsonTextSink(out))
  }
  const text = writtenText(writeText)
  const read = (bytes: Buffer, start: number, end: number): ColumnValue =>
    holdsDiffs(bytes, start, end)
      ? new PartialJson(readDiffValues(bytes, start + 1, end), text(bytes, start, end))
      : readJson(bytes, start, end)
  return prefixedCodec(prefix, read, writeText)
}

/** The document that binary JSON in bytes `start` to `end` holds. */
export function readJson(bytes: Buffer, start: number, end: number): JsonValue {
  const sink = new JsonValueSink()
  walkJson(bytes, start, end, sink)
  return sink.result
}
