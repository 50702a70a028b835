import type { BinlogEvent } from "@canal/binlog-protocol"

/** What the programs call the types of events, at the beginning of an event's head. */
const LABELS: readonly (readonly [RegExp, BinlogEvent["type"]])[] = [
  [/^Start: binlog/, "format-description"],
  [/^Previous-GTIDs/, "previous-gtids"],
  [/^GTID \d+-\d+-\d+/, "mariadb-gtid"],
  [/^(Anonymous_)?G(TID|tid)\t/i, "gtid"],
  [/^Gtid list/, "mariadb-gtid-list"],
  [/^Binlog checkpoint/, "binlog-checkpoint"],
  [/^(Query|Query_compressed|Execute_load_query)\t/, "query"],
  [/^Execute_load_query/, "query"],
  [/^Table_map/, "table-map"],
  [/^(Write|Update|Delete)(_compressed)?_rows/, "rows"],
  [/^Xid = /, "xid"],
  [/^XA PREPARE|^XA COMMIT .*ONE PHASE|^XID = /, "xa-prepare"],
  [/^Rotate to/, "rotate"],
  [/^Stop/, "stop"],
  [/^Intvar/, "int-var"],
  [/^Rand/, "random"],
  [/^User_var/, "user-var"],
  [/^Rows_query/, "rows-query"],
  [/^Annotate_rows/, "annotate-rows"],
  [/^Transaction_Payload/, "transaction-payload"],
  [/^Incident|^#?INCIDENT/i, "incident"],
  [/^(Begin_load_query|Append_block)/, "load-block"],
  [/^(Exec_load|Delete_file)/, "load-end"],
  [/^(Start_encryption|Ignorable|Unknown)/, "unknown"],
]

/** The type of the event that the program means; `undefined` for a name that is not known here. */
export function printedType(label: string): BinlogEvent["type"] | undefined {
  return LABELS.find(([pattern]) => pattern.test(label))?.[1]
}
