import { BINARY_COLLATION } from "@canal/binlog-protocol"
import type { ColumnHint, SpecialType } from "@canal/binlog-protocol"
import type { Query } from "../source/query.ts"
import type { CatalogColumn, SchemaCatalog } from "./schema-catalog.ts"

/**
 * The structures of a source as its information_schema has them now. They may be newer than the events being read:
 * whoever uses them compares them with the table map.
 */
export function informationSchema(query: Query, options: { readonly mariadb: boolean }): SchemaCatalog {
  let collations: Promise<ReadonlyMap<string, number>> | undefined
  return {
    knowsMoreThanMetadata: options.mariadb,
    async columns(schema, table) {
      collations ??= readCollations(query)
      const idOf = await collations.catch((error: unknown) => {
        collations = undefined
        throw error
      })
      const rows = await query(COLUMNS, [schema, table])
      if (rows.length === 0) return undefined
      const jsonColumns = options.mariadb ? await readJsonColumns(query, schema, table) : new Set<string>()
      return rows.map((row): CatalogColumn => {
        const name = row["name"] ?? ""
        const type = (row["type"] ?? "").replace(/\s*\/\*.*\*\//, "")
        return {
          name,
          type,
          key: row["column_key"] === "PRI",
          hint: {
            name,
            unsigned: /\bunsigned\b/.test(withoutLabels(type)),
            ...collationHint(row["collation_name"], row["character_set"], type, idOf),
            ...labelsHint(type),
            ...specialHint(type, jsonColumns.has(name)),
            ...fractionHint(type),
          },
        }
      })
    },
  }
}

const COLUMNS = `SELECT COLUMN_NAME AS name, COLUMN_TYPE AS type, COLUMN_KEY AS column_key,
 COLLATION_NAME AS collation_name, CHARACTER_SET_NAME AS character_set
 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION`

/** Ids by the names of collations, and by those of character sets for collations that have no id of their own. */
async function readCollations(query: Query): Promise<ReadonlyMap<string, number>> {
  const rows = await query(
    `SELECT COLLATION_NAME AS name, CHARACTER_SET_NAME AS character_set, ID AS id, IS_DEFAULT AS is_default
 FROM information_schema.COLLATIONS WHERE ID IS NOT NULL`,
    [],
  )
  const ids = new Map<string, number>()
  for (const row of rows) {
    const id = Number(row["id"])
    if (row["name"]) ids.set(row["name"], id)
    const set = row["character_set"]
    if (set && (row["is_default"] === "Yes" || !ids.has(`${set} `))) ids.set(`${set} `, id)
  }
  return ids
}

/** MariaDB's JSON is LONGTEXT with the check `json_valid(column)`. */
async function readJsonColumns(query: Query, schema: string, table: string): Promise<ReadonlySet<string>> {
  const rows = await query(
    `SELECT CONSTRAINT_NAME AS name, CHECK_CLAUSE AS clause FROM information_schema.CHECK_CONSTRAINTS
 WHERE CONSTRAINT_SCHEMA = ? AND TABLE_NAME = ?`,
    [schema, table],
  )
  const names = rows
    .filter((row) => row["clause"] === `json_valid(\`${(row["name"] ?? "").replaceAll("`", "``")}\`)`)
    .map((row) => row["name"] ?? "")
  return new Set(names)
}

function collationHint(
  collation: string | null | undefined,
  characterSet: string | null | undefined,
  type: string,
  idOf: ReadonlyMap<string, number>,
): ColumnHint {
  if (!collation)
    return /^(?:(?:var)?binary|\w*blob|vector)\b/.test(type) ? { collation: BINARY_COLLATION } : {}
  const id = idOf.get(collation) ?? idOf.get(`${characterSet ?? ""} `)
  return id === undefined ? {} : { collation: id }
}

function labelsHint(type: string): ColumnHint {
  if (!/^(?:enum|set)\(/.test(type)) return {}
  return { labels: parseLabels(type) }
}

/** The labels of `enum('a','it''s')`. As in a string literal, `\\`, `\0`, `\n` and `\r` may stand in them. */
export function parseLabels(type: string): readonly string[] {
  return [...type.matchAll(/'((?:[^'\\]|''|\\.)*)'/gs)].map(([, label = ""]) =>
    label.replaceAll(/''|\\(.)/gs, (whole, escaped: string | undefined) =>
      escaped === undefined ? (whole === "''" ? "'" : whole) : (ESCAPES.get(escaped) ?? escaped),
    ),
  )
}

const ESCAPES = new Map([
  ["0", "\0"],
  ["n", "\n"],
  ["r", "\r"],
])

/** Of use for MariaDB's old formats only, whose table maps do not say it. */
function fractionHint(type: string): ColumnHint {
  const [, digits] = /^(?:time|datetime|timestamp)\((\d)\)/.exec(type) ?? []
  return digits === undefined ? {} : { oldFraction: Number(digits) }
}

function withoutLabels(type: string): string {
  return type.replaceAll(/'(?:[^'\\]|''|\\.)*'/gs, "")
}

function specialHint(type: string, isJson: boolean): ColumnHint {
  const special: SpecialType | undefined =
    type === "uuid" || type === "inet4" || type === "inet6" ? type : isJson ? "json" : undefined
  return special === undefined ? {} : { special }
}
