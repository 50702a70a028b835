import type { ByteWriter } from "../bytes/byte-writer.ts"
import type { ColumnCodec, ColumnValue } from "./column-codec.ts"
import { PartialJson } from "./parsed-json.ts"
import { holdsDiffs, readDiffValues, writeDiffs } from "./json-diff.ts"
import { writeJson } from "./json-text.ts"
import { readJson } from "./json-value.ts"
import { prefixedCodec } from "./make-codec.ts"
import { writtenText } from "./scratch.ts"

/**
 * JSON of MySQL: the length as in a BLOB, then binary JSON. The value is the parsed document. `column` is the name by
 * which changes of a part of the document call it.
 */
export function jsonCodec(prefix: number, column: string): ColumnCodec {
  const writeText = (bytes: Buffer, start: number, end: number, out: ByteWriter): void => {
    if (holdsDiffs(bytes, start, end)) writeDiffs(bytes, start + 1, end, column, out)
    else writeJson(bytes, start, end, out)
  }
  const text = writtenText(writeText)
  const read = (bytes: Buffer, start: number, end: number): ColumnValue =>
    holdsDiffs(bytes, start, end)
      ? new PartialJson(readDiffValues(bytes, start + 1, end), text(bytes, start, end))
      : readJson(bytes, start, end)
  return prefixedCodec(prefix, read, writeText)
}
