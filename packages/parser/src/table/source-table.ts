import type { TableMap } from "@canal/binlog-protocol"

/**
 * A table as its rows are to be read: the table map, with names and keys from the row metadata or else from the
 * source's information_schema. The same object serves all rows of one table map.
 */
export interface SourceTable {
  readonly schema: string
  readonly name: string
  readonly map: TableMap
  readonly columns: readonly SourceColumn[]
}

export interface SourceColumn {
  readonly name: string
  /** Whether the column belongs to the key by which the source identifies a row. */
  readonly key: boolean
  /** The type as a column definition has it, e.g. `int unsigned`, `varchar(20)`, `enum('a','b')`. */
  readonly type: string
}
