import type { DatabaseServer } from "@canal/testbed"
import type { Form } from "../workload/form.ts"
import { NULL, plainText, selectedText, selection } from "./canonical.ts"
import { type Digest, MODULUS, TableDigest, valueHash } from "./digest.ts"
import type { ReadTable } from "./replay.ts"

const ROWS_AT_A_TIME = 20_000

/** Values whose canonical text the source cannot write. */
const OWN_TEXT: ReadonlySet<Form> = new Set(["double", "float", "json"])

/** The digest of what the source itself says the tables hold. */
export async function selectDigest(
  server: DatabaseServer,
  schema: string,
  tables: readonly ReadTable[],
): Promise<Digest> {
  const digest: Record<string, Digest[string]> = {}
  for (const table of tables) {
    const own = await hashedHere(server, schema, table)
    const theirs = await hashedThere(server, schema, table)
    digest[table.name] = {
      rows: theirs.rows,
      sums: table.columns.map(({ name }) => own.get(name) ?? theirs.sums.get(name) ?? Number.NaN),
    }
  }
  return digest
}

/** The sums of the columns that the source can hash itself. */
async function hashedThere(
  server: DatabaseServer,
  schema: string,
  { name, columns }: ReadTable,
): Promise<{ readonly rows: number; readonly sums: ReadonlyMap<string, number> }> {
  const hashed = columns.filter(({ form }) => !OWN_TEXT.has(form))
  const key = columns[0]?.name ?? ""
  const sums = hashed.map((column, i) => {
    const text = `IFNULL(${selection(column.form, column.name)}, ?)`
    return `MOD(SUM(CRC32(CONCAT(${key}, ':', ${text}))), ${MODULUS}) AS s${i}`
  })
  const sql = `SELECT COUNT(*) AS number, ${sums.join(", ")} FROM ${schema}.${name}`
  const [row = {}] = await server.query(
    sql,
    hashed.map(() => NULL),
  )
  return {
    rows: Number(row["number"]),
    sums: new Map(hashed.map((column, i) => [column.name, Number(row[`s${i}`] ?? 0)])),
  }
}

/** The sums of the columns whose values must be read. */
async function hashedHere(
  server: DatabaseServer,
  schema: string,
  { name, columns }: ReadTable,
): Promise<ReadonlyMap<string, number>> {
  const read = columns.filter(({ form }) => OWN_TEXT.has(form))
  if (read.length === 0) return new Map()
  const digest = new TableDigest(read.length)
  const key = columns[0]?.name ?? ""
  const list = read.map((column, i) => `${selection(column.form, column.name)} AS c${i}`)
  const sql = `SELECT ${key} AS id, ${list.join(", ")} FROM ${schema}.${name} WHERE ${key} > ? ORDER BY ${key} LIMIT ${ROWS_AT_A_TIME}`
  let last = "-1"
  for (;;) {
    const rows = await server.query(sql, [last])
    for (const row of rows) {
      last = plainText(row["id"])
      digest.add(read.map(({ form }, i) => valueHash(last, selectedText(form, textOf(row[`c${i}`])))))
    }
    if (rows.length < ROWS_AT_A_TIME)
      return new Map(read.map((column, i) => [column.name, digest.sums[i] ?? 0]))
  }
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : plainText(value)
}
