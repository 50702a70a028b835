export type {
  BeginChange,
  Change,
  ChangeOrigin,
  CommitChange,
  DdlChange,
  HeartbeatChange,
  RowsChange,
  StatementChange,
  StatementKind,
  TransactionGtid,
  XaChange,
} from "./change.ts"
export { readStatement } from "./ddl/read-statement.ts"
export type { Statement } from "./ddl/statement.ts"
export type { TableName } from "./ddl/names.ts"
export { ParserError } from "./errors.ts"
export type { ParserErrorCode } from "./errors.ts"
export { tableFilter } from "./filter/table-filter.ts"
export type { FilterSlot, TableFilter } from "./filter/table-filter.ts"
export { readSourceState } from "./locate/source-state.ts"
export type { SourceState } from "./locate/source-state.ts"
export { isFileStart } from "./locate/start-position.ts"
export type { FileStart, GtidStart, StartPosition } from "./locate/start-position.ts"
export type { Notice, NoticeCode } from "./notices.ts"
export { changes } from "./parser.ts"
export type { ChangesOptions } from "./parser.ts"
export { staticCatalog } from "./schema/schema-catalog.ts"
export type { CatalogColumn, SchemaCatalog } from "./schema/schema-catalog.ts"
export type { SourceColumn, SourceTable } from "./table/source-table.ts"
export { readChanges } from "./transaction/read-changes.ts"
export type { ReadChangesOptions } from "./transaction/read-changes.ts"
