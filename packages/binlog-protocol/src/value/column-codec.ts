import type { ByteWriter } from "../bytes/byte-writer.ts"
import type { JsonValue, PartialJson } from "./parsed-json.ts"

/**
 * A column value in JavaScript. Integers are `number` while safe and `bigint` beyond; DECIMAL, DATE, TIME and
 * DATETIME are strings in MySQL's form; TIMESTAMP is a string in UTC (`2026-11-22T12:34:56.789012Z`); binary is a
 * `Uint8Array`; JSON is the parsed document, or a `PartialJson` where the
 * image says only what has changed in it. `null` is NULL, `undefined` a column that the row image lacks.
 */
export type ColumnValue = null | undefined | number | bigint | string | Uint8Array | JsonValue | PartialJson

/**
 * How the values of one column lie in a row image, and the two forms they are read into. Made once per table map.
 * `start` is where the value begins, behind its length where it has one in front; `end` is where it ends.
 */
export interface ColumnCodec {
  /**
   * How long values are: from 0 upwards all of them occupy that many bytes; −1 to −4 means that so many bytes in
   * front of the value hold its length, least significant first.
   */
  readonly width: number
  /** The value in JavaScript. */
  readonly read: (bytes: Buffer, start: number, end: number) => ColumnValue
  /** Appends the value as MySQL shows it in a SELECT, as UTF-8. */
  readonly writeText: (bytes: Buffer, start: number, end: number, out: ByteWriter) => void
}
