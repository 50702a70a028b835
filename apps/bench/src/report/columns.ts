import { styleText } from "node:util"

/** A mark in a colour where standard output is a terminal. */
export function paint(format: "green" | "red" | "dim", text: string): string {
  return styleText(format, text, { stream: process.stdout })
}

/** Lines of cells under a head, each column as wide as it must be; those in `numbers` stand to the right. */
export function columns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: ReadonlySet<number>,
): readonly string[] {
  const widths = head.map((text, i) => Math.max(text.length, ...rows.map((row) => row[i]?.length ?? 0)))
  return [head, ...rows].map((cells) =>
    cells
      .map((cell, i) => (numbers.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd(),
  )
}

/** Three digits that count, and no fraction of a large number. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return "none"
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en")
  return String(Number(value.toPrecision(3)))
}
