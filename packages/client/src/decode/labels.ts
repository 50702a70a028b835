import { decodeUtf8 } from "@canal/protocol"
import { readInteger } from "./number.ts"

/** Texts of a SET column that are remembered; a SET has up to 2^64. */
const MOST_SETS = 1024

/** Reads what a number of labels stands for. */
export type LabelReader = (bytes: Buffer, start: number, end: number) => number | bigint | string

/** Reads the number of a label as that label; 0 is the empty text that stands for an error. */
export function enumReader(labels: readonly string[]): LabelReader {
  return (bytes, start, end) => {
    const index = readInteger(bytes, start, end)
    if (index === 0) return ""
    return typeof index === "number" ? (labels[index - 1] ?? index) : index
  }
}

/** Reads a number as the labels whose bits are set, joined by commas. */
export function setReader(labels: readonly string[]): LabelReader {
  if (labels.length === 0) return readInteger
  const texts = new Map<number | bigint | string, number | bigint | string>()
  return (bytes, start, end) => {
    const mask = readInteger(bytes, start, end)
    let text = texts.get(mask)
    if (text === undefined) {
      if (texts.size >= MOST_SETS) texts.clear()
      text = setText(mask, labels, decodeUtf8(bytes, start, end))
      texts.set(mask, text)
    }
    return text
  }
}

function setText(
  mask: number | bigint | string,
  labels: readonly string[],
  text: string,
): number | bigint | string {
  if (!/^\d+$/.test(text)) return mask
  const bits = BigInt(text)
  if (bits >> BigInt(labels.length) !== 0n) return mask
  return labels.filter((_, bit) => (bits >> BigInt(bit)) & 1n).join(",")
}

/** The labels in `enum('a','it''s')`. */
export function labelsOf(mysqlType: string): readonly string[] {
  return [...mysqlType.matchAll(/'((?:[^'\\]|''|\\.)*)'/gs)].map(([, label = ""]) =>
    label.replaceAll("''", "'").replaceAll(/\\(.)/gs, "$1"),
  )
}
