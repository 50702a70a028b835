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
  XaChange,
  TransactionGtid,
} from "./change.ts"
export type { SourceColumn, SourceTable } from "./table/source-table.ts"
