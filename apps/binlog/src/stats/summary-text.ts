import { clean } from "../format/shown-value.ts"
import type { Paint } from "../format/text.ts"
import type { Summary } from "./statistics.ts"

/** A summary for people. */
export function summaryText(summary: Summary, paint: Paint): string {
  const { files, firstTimestamp, lastTimestamp, types, tables, transactions, largestTransactions } = summary
  const parts = [
    section(paint, "files", [
      ["file", "events", "bytes"],
      ...files.map(({ file, events, bytes }) => [file, events, bytes]),
    ]),
    firstTimestamp === undefined || lastTimestamp === undefined
      ? ""
      : `${paint("bold", "time")}\n  ${time(firstTimestamp)} to ${time(lastTimestamp)}\n`,
    section(paint, "events", [
      ["type", "events", "bytes"],
      ...types.map(({ type, events, bytes }) => [type, events, bytes]),
    ]),
    section(paint, "rows", [
      ["table", "insert", "update", "delete"],
      ...tables.map((count) => [count.table, count.insert, count.update, count.delete]),
    ]),
    section(paint, `largest of ${transactions} transactions`, [
      ["position", "bytes", "rows", "time", "gtid"],
      ...largestTransactions.map(({ file, position, bytes, rows, timestamp, gtid }) => [
        `${file}:${position}`,
        bytes,
        rows,
        time(timestamp),
        gtid ?? "",
      ]),
    ]),
  ]
  return parts.filter((part) => part !== "").join("\n")
}

type Line = readonly (string | number)[]

/** A table with its numbers to the right; nothing where it has a head only. */
function section(paint: Paint, title: string, lines: readonly Line[]): string {
  if (lines.length < 2) return ""
  const cells = lines.map((line) =>
    line.map((cell) => (typeof cell === "number" ? String(cell) : clean(cell))),
  )
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...cells.map((line) => (line[column] ?? "").length)),
  )
  const numeric = (lines[1] ?? []).map((cell) => typeof cell === "number")
  const text = cells.map((line) =>
    line
      .map((cell, column) =>
        numeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  )
  return `${paint("bold", title)}\n${text.map((line, index) => `  ${index === 0 ? paint("dim", line) : line}\n`).join("")}`
}

function time(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ")
}
