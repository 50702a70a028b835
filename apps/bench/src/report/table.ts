import { styleText } from "node:util"
import type { Figure } from "../figure/figure.ts"

/** A mark in a colour where the stream is a terminal. */
type Paint = (format: "green" | "red" | "dim", text: string) => string

const paintStdout: Paint = (format, text) => styleText(format, text, { stream: process.stdout })

const HEAD = ["figure", "value", "unit", "peer", "peer's", "ratio", "floor", ""]
/** Columns of numbers stand to the right. */
const NUMBERS = new Set([1, 4, 5, 6])

/** The figures as a table for people. */
export function tableText(figures: readonly Figure[], paint: Paint = paintStdout): string {
  const rows = figures.map((figure) => [
    figure.figure,
    numberText(figure.value),
    figure.unit,
    figure.peer ?? "",
    figure.peerValue === null ? "" : numberText(figure.peerValue),
    figure.ratio === null ? "" : figure.ratio.toFixed(2),
    floorText(figure),
    figure.floor === null && figure.ok ? "" : figure.ok ? "ok" : "MISSED",
  ])
  const widths = HEAD.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (NUMBERS.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join("  ")
      .trimEnd()
  const painted = (text: string, { floor, ok }: Figure): string =>
    ok
      ? floor === null
        ? paint("dim", text)
        : text.replace(/ok$/, paint("green", "ok"))
      : paint("red", text)
  const lines = figures.map((figure, i) => painted(line(rows[i] ?? []), figure))
  return [line(HEAD), ...lines, ""].join("\n")
}

function floorText({ floor, peer }: Figure): string {
  if (floor === null) return ""
  return `${peer === null ? "≤" : "≥"} ${floor}`
}

/** Three digits that count, and no fraction of a large number. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return "none"
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en")
  return String(Number(value.toPrecision(3)))
}
