import { generated } from "../bytes/generated.ts"
import type { ColumnCodec } from "../value/column-codec.ts"
import type { ImageLayout } from "./image.ts"
import { truncated } from "./image.ts"
import type { ImageReader } from "./image-reader.ts"

type Read = ColumnCodec["read"]

/** Beyond so many columns a function is too long for the engine to make it fast. */
export const MOST_COMPILED_COLUMNS = 256

/**
 * An image reader with a function of its own: every column has its own lines in it, and with them its own place where
 * the engine learns what it is. The source text holds numbers only. The values are first all found, then read, so that
 * an image that is cut off is refused as such.
 */
export function compiledImageReader(codecs: readonly ColumnCodec[], layout: ImageLayout): ImageReader {
  const { present, widths, nullBytes } = layout
  const find: string[] = []
  const values: string[] = Array.from({ length: codecs.length }, () => "undefined")
  for (const [index, ordinal] of present.entries()) {
    const width = widths[index] ?? 0
    const isPresent = `(rows[position + ${index >> 3}] & ${1 << (index & 7)}) === 0`
    find.push(`let s${ordinal} = -1, e${ordinal} = 0`, `if (${isPresent}) {`)
    if (width >= 0) find.push(`s${ordinal} = at; at += ${width}; e${ordinal} = at`)
    else find.push(`s${ordinal} = at + ${-width}; at = s${ordinal} + ${lengthAt(-width)}; e${ordinal} = at`)
    find.push("}")
    values[ordinal] = `s${ordinal} < 0 ? null : r${ordinal}(rows, s${ordinal}, e${ordinal})`
  }
  const source = `
    ${[...present].map((ordinal) => `const r${ordinal} = reads[${ordinal}]`).join("\n")}
    return (rows, position, cursor) => {
      let at = position + ${nullBytes}
      if (at > rows.length) throw truncated()
      ${find.join("\n")}
      if (at > rows.length) throw truncated()
      cursor.position = at
      return [${values.join(", ")}]
    }`
  const reads: readonly Read[] = codecs.map(({ read }) => read)
  return generated<ImageReader>(["reads", "truncated"], source)(reads, truncated)
}

/** The length that `prefix` bytes at `at` hold, a number also where they lie beyond the end. */
function lengthAt(prefix: number): string {
  const bytes = Array.from({ length: prefix }, (_, index) => `(rows[at + ${index}] << ${index * 8})`)
  return `((${bytes.join(" | ")}) >>> 0)`
}
