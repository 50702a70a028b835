import type { ColumnHint } from "@canal/binlog-protocol"

/** A column as someone besides the binlog knows it. */
export interface CatalogColumn {
  readonly name: string
  /** The full type, in lower case, as `COLUMN_TYPE` has it. */
  readonly type: string
  /** Whether it belongs to the key that identifies a row. */
  readonly key: boolean
  readonly hint: ColumnHint
}

/** Where structures are looked up that the binlog does not carry. */
export interface SchemaCatalog {
  /** The table's columns in order, or `undefined` if there is no such table. */
  columns(schema: string, table: string): Promise<readonly CatalogColumn[] | undefined>
  /** Whether it knows more than even full row metadata has: MariaDB's own types. */
  readonly knowsMoreThanMetadata: boolean
}

/**
 * A catalog of tables known beforehand, for binlogs read without a server. The keys are `schema.table`.
 */
export function staticCatalog(tables: ReadonlyMap<string, readonly CatalogColumn[]>): SchemaCatalog {
  return {
    knowsMoreThanMetadata: true,
    columns: (schema, table) => Promise.resolve(tables.get(`${schema}.${table}`)),
  }
}
