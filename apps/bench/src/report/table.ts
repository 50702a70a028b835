import type { Comparison } from "../compare/compare.ts"
import type { Figure } from "../figure/figure.ts"
import { columns, numberText, paint } from "./columns.ts"

/** The figures as a table for people. */
export function figuresTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.figure,
    numberText(figure.value),
    figure.unit,
    figure.peer ?? "",
    figure.peerValue === null ? "" : numberText(figure.peerValue),
    figure.ratio === null ? "" : figure.ratio.toFixed(2),
    figure.floor === null ? "" : `${figure.peer === null ? "≤" : "≥"} ${figure.floor}`,
    figure.floor === null && figure.ok ? "" : figure.ok ? "ok" : "MISSED",
  ])
  const head = ["figure", "value", "unit", "peer", "peer's", "ratio", "floor", ""]
  return table(
    columns(head, rows, new Set([1, 4, 5, 6])),
    figures.map(({ ok, floor }) => (ok ? (floor === null ? "dim" : "green") : "red")),
  )
}

/** What became of the figures, as a table for people. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map(({ figure, unit, before, now, ratio, ok }) => [
    figure,
    numberText(before),
    numberText(now),
    unit,
    ratio.toFixed(2),
    ok ? "ok" : "LOST",
  ])
  const head = ["figure", "before", "now", "unit", "ratio", ""]
  return table(
    columns(head, rows, new Set([1, 2, 4])),
    comparisons.map(({ ok }) => (ok ? "green" : "red")),
  )
}

/** Lines of which the first is the head, painted where that says something. */
function table(
  [head = "", ...lines]: readonly string[],
  paints: readonly ("green" | "red" | "dim")[],
): string {
  const painted = lines.map((line, i) => {
    const format = paints[i] ?? "dim"
    return format === "green" ? line.replace(/ok$/, paint("green", "ok")) : paint(format, line)
  })
  return [head, ...painted, ""].join("\n")
}
