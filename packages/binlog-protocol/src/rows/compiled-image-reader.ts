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
 * the engine learns what it is. The source text holds numbers only.
 */
export function compiledImageReader(codecs: readonly ColumnCodec[], layout: ImageLayout): ImageReader {
  const { present, widths, nullBytes } = layout
  const lines: string[] = []
  const values: string[] = Array.from({ length: codecs.length }, () => "undefined")
  for (const [index, ordinal] of present.entries()) {
    const width = widths[index] ?? 0
    lines.push(
      `let v${ordinal} = null`,
      `if ((rows[position + ${index >> 3}] & ${1 << (index & 7)}) === 0) {`,
      width >= 0 ? `start = at; at += ${width}` : `start = at + ${-width}; at = start + ${lengthAt(-width)}`,
      "if (at > limit) throw truncated()",
      `v${ordinal} = r${ordinal}(rows, start, at)`,
      "}",
    )
    values[ordinal] = `v${ordinal}`
  }
  const source = `
    ${[...present].map((ordinal) => `const r${ordinal} = reads[${ordinal}]`).join("\n")}
    const reader = { end: 0, read }
    return reader
    function read(rows, position) {
      const limit = rows.length
      let start = 0, at = position + ${nullBytes}
      if (at > limit) throw truncated()
      ${lines.join("\n")}
      reader.end = at
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
