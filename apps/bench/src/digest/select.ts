import type { DatabaseServer } from "@canal/testbed"
import { plainText, selectedText, selection } from "./canonical.ts"
import { type Digest, TableDigest, valueHash } from "./digest.ts"
import type { ReadTable } from "./replay.ts"

const ROWS_AT_A_TIME = 20_000

/** The digest of what the source itself says the tables hold. */
export async function selectDigest(
  server: DatabaseServer,
  schema: string,
  tables: readonly ReadTable[],
): Promise<Digest> {
  const digest: Record<string, { rows: number; sums: number[] }> = {}
  for (const table of tables) {
    const { rows, sums } = await selectTable(server, schema, table)
    digest[table.name] = { rows, sums }
  }
  return digest
}

async function selectTable(
  server: DatabaseServer,
  schema: string,
  { name, columns }: ReadTable,
): Promise<TableDigest> {
  const digest = new TableDigest(columns.length)
  const key = columns[0]?.name ?? ""
  const list = columns.map((column, i) => `${selection(column.form, column.name)} AS c${i}`).join(", ")
  const sql = `SELECT ${list} FROM ${schema}.${name} WHERE ${key} > ? ORDER BY ${key} LIMIT ${ROWS_AT_A_TIME}`
  let last = "-1"
  for (;;) {
    const rows = await server.query(sql, [last])
    for (const row of rows) {
      const texts = columns.map((_, i) => textOf(row[`c${i}`]))
      last = texts[0] ?? ""
      digest.add(columns.map(({ form }, i) => valueHash(last, selectedText(form, texts[i] ?? null))))
    }
    if (rows.length < ROWS_AT_A_TIME) return digest
  }
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : plainText(value)
}
