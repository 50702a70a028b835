import { crc32 } from "node:zlib"
import { z } from "zod"

/** What a table holds: how many rows, and for each column a sum over its values, each hashed with its row's key. */
export const digestSchema = z.object({ rows: z.number(), sums: z.array(z.number()) })

/** Digests by table. Two are equal where the same rows have the same values, in whatever order they came. */
export type Digest = Readonly<Record<string, z.infer<typeof digestSchema>>>

/** Of sums, which stay exact below 2^53. */
export const MODULUS = 2 ** 52

/** The hash of one value of a row, from its canonical text. */
export function valueHash(key: string, text: string): number {
  return crc32(`${key}:${text}`)
}

/** Sums up the rows of one table. */
export class TableDigest {
  rows = 0
  readonly sums: number[]

  constructor(columns: number) {
    this.sums = Array.from({ length: columns }, () => 0)
  }

  /** Adds a row by the hashes of its values. */
  add(hashes: readonly number[]): void {
    this.rows += 1
    for (const [ordinal, hash] of hashes.entries()) {
      const sum = (this.sums[ordinal] ?? 0) + hash
      this.sums[ordinal] = sum >= MODULUS ? sum - MODULUS : sum
    }
  }
}

/** What differs between two digests, a line for people each: tables, numbers of rows, columns. Empty where nothing does. */
export function differences(
  found: Digest,
  wanted: Digest,
  columnsOf: (table: string) => readonly string[],
): readonly string[] {
  const lines: string[] = []
  /** Tables by the column that differs in them. */
  const columns = new Map<string, string[]>()
  for (const table of new Set([...Object.keys(wanted), ...Object.keys(found)])) {
    const [is, should] = [found[table], wanted[table]]
    if (is === undefined || should === undefined) {
      lines.push(`${table}: ${is === undefined ? "nothing came" : "not asked for"}`)
    } else if (is.rows === should.rows) {
      for (const [ordinal, column] of columnsOf(table).entries()) {
        if (is.sums[ordinal] !== should.sums[ordinal])
          columns.set(column, [...(columns.get(column) ?? []), table])
      }
    } else {
      lines.push(`${table}: ${is.rows} rows instead of ${should.rows}`)
    }
  }
  for (const [column, tables] of columns) {
    lines.push(`column ${column} of ${tables.length === 1 ? tables[0] : `${tables.length} tables`}`)
  }
  return lines
}
