import type { ColumnCodec, JsonValue } from "./column-codec.ts"
import { walkJson } from "./json-binary.ts"
import { JsonTextSink } from "./json-text.ts"
import { JsonValueSink } from "./json-value.ts"
import { prefixedCodec } from "./make-codec.ts"

/** JSON of MySQL: the length as in a BLOB, then binary JSON. The value is the parsed document. */
export function jsonCodec(prefix: number): ColumnCodec {
  return prefixedCodec(prefix, readJson, (bytes, start, end, out) =>
    walkJson(bytes, start, end, new JsonTextSink(out)),
  )
}

/** The document that binary JSON in bytes `start` to `end` holds. */
export function readJson(bytes: Buffer, start: number, end: number): JsonValue {
  const sink = new JsonValueSink()
  walkJson(bytes, start, end, sink)
  return sink.result
}
