import type { StatementKind } from "../change.ts"
import type { TableName } from "./names.ts"
import type { Tokenizer } from "./tokenizer.ts"

/** What the head of a statement says. */
export interface Statement {
  readonly kind: StatementKind
  /** The first table's schema, or the database that is created or dropped. */
  readonly schema: string | undefined
  readonly table: string | undefined
  /**
   * All tables that the statement names as far as a filter needs them: both names of each rename, each table of a
   * DROP. Empty where they are not known, so that nothing can be refused by name.
   */
  readonly tables: readonly TableName[]
}

/** A statement that cannot be read, or whose names cannot. */
export const UNREADABLE: Statement = { kind: "other", schema: undefined, table: undefined, tables: [] }

/** A statement about one table; without its name it counts as unreadable. */
export function ofTable(kind: StatementKind, name: TableName | undefined): Statement {
  if (name === undefined) return UNREADABLE
  return { kind, schema: name.schema, table: name.table, tables: [name] }
}

/** Objects that hold no rows make no change; whatever else stands here is unreadable. */
export function otherObject(tokens: Tokenizer): Statement | undefined {
  return tokens.kind === "word" && OBJECTS_WITHOUT_ROWS.has(tokens.value) ? undefined : UNREADABLE
}

/** What may follow CREATE, ALTER, DROP and RENAME besides tables, indexes and databases, or may stand before it. */
const OBJECTS_WITHOUT_ROWS = new Set(
  (
    "VIEW ALGORITHM DEFINER SQL PROCEDURE FUNCTION AGGREGATE TRIGGER EVENT PACKAGE USER ROLE SERVER " +
    "TABLESPACE UNDO LOGFILE RESOURCE SEQUENCE LIBRARY INSTANCE DATABASE SCHEMA REFERENCE PREPARE " +
    "SPATIAL CATALOG DATAFILE MASKING JSON MATERIALIZED EXTERNAL"
  ).split(" "),
)

/** Steps over `IF EXISTS` and `IF NOT EXISTS`. */
export function skipIfExists(tokens: Tokenizer): void {
  if (!tokens.take("IF")) return
  tokens.take("NOT")
  tokens.take("EXISTS")
}
