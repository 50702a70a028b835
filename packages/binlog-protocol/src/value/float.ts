import { readDouble, readFloat } from "../bytes/read.ts"
import type { ColumnCodec } from "./column-codec.ts"
import { writeDoubleText, writeFloatText } from "./float-text.ts"
import { fixedCodec } from "./make-codec.ts"

/* FLOAT and DOUBLE are IEEE 754 of 4 and 8 bytes, least significant first. The number of a FLOAT is exactly the one stored. */

export function floatCodec(): ColumnCodec {
  return fixedCodec(4, readFloat, (bytes, start, _end, out) => writeFloatText(readFloat(bytes, start), out))
}

export function doubleCodec(): ColumnCodec {
  return fixedCodec(8, readDouble, (bytes, start, _end, out) =>
    writeDoubleText(readDouble(bytes, start), out),
  )
}
