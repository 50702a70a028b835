import type { Integer } from "./number.ts"

/** Texts of a SET column that are remembered; a SET has up to 2^64. */
const MOST_SETS = 1024
/** The texts of all sets of the first labels, so many, are made at once, and found by their numbers. */
const FIRST_LABELS = 8

/** What a number of labels stands for; the number itself where that is not known. */
export type LabelOf = (number: Integer) => Integer

/** The number of a label as that label; 0 is the empty text that stands for an error. */
export function enumLabels(labels: readonly string[]): LabelOf {
  return (index) => {
    if (index === 0) return ""
    return typeof index === "number" ? (labels[index - 1] ?? index) : index
  }
}

/** A number as the labels whose bits are set, joined by commas. */
export function setLabels(labels: readonly string[]): LabelOf {
  if (labels.length === 0) return (mask) => mask
  const first = Array.from({ length: 2 ** Math.min(labels.length, FIRST_LABELS) }, (_, mask) =>
    setText(mask, labels),
  )
  const texts = new Map<Integer, Integer>()
  return (mask) => {
    if (typeof mask === "number" && mask < first.length) return first[mask] ?? mask
    let text = texts.get(mask)
    if (text === undefined) {
      if (texts.size >= MOST_SETS) texts.clear()
      text = setText(mask, labels)
      texts.set(mask, text)
    }
    return text
  }
}

function setText(mask: Integer, labels: readonly string[]): Integer {
  if (typeof mask === "string" || mask < 0) return mask
  const bits = BigInt(mask)
  if (bits >> BigInt(labels.length) !== 0n) return mask
  return labels.filter((_, bit) => (bits >> BigInt(bit)) & 1n).join(",")
}

/** A label and the quotes around it. The last one may be missing: a search that failed would begin again at each quote. */
const LABEL = /'((?:[^'\\]|''|\\.?)*)('?)/gs

/** The labels in `enum('a','it''s')`. */
export function labelsOf(mysqlType: string): readonly string[] {
  const labels: string[] = []
  for (const [, label = "", quote] of mysqlType.matchAll(LABEL)) {
    if (quote !== "") labels.push(label.replaceAll("''", "'").replaceAll(/\\(.)/gs, "$1"))
  }
  return labels
}
