import { ByteWriter } from "../bytes/byte-writer.ts"
import { utf8Text } from "../bytes/text.ts"

type WriteText = (bytes: Buffer, start: number, end: number, out: ByteWriter) => void
type ReadText = (bytes: Buffer, start: number, end: number) => string

const KEPT_CAPACITY = 1 << 16
let scratch = new ByteWriter(256)

/** What `writeText` writes, as a string. */
export function writtenText(writeText: WriteText): ReadText {
  return (bytes, start, end) => {
    scratch.reset()
    writeText(bytes, start, end, scratch)
    const text = utf8Text(scratch.bytes, 0, scratch.length)
    if (scratch.bytes.length > KEPT_CAPACITY) scratch = new ByteWriter(256)
    return text
  }
}
