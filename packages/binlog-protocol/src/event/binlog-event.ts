import type { AnnotateRowsEvent } from "./annotate-rows.ts"
import type { BinlogCheckpointEvent } from "./binlog-checkpoint.ts"
import type { FormatDescriptionEvent } from "./format-description.ts"
import type { GtidEvent } from "./gtid.ts"
import type { HeartbeatEvent } from "./heartbeat.ts"
import type { IncidentEvent } from "./incident.ts"
import type { IntVarEvent } from "./int-var.ts"
import type { LoadBlockEvent, LoadDataEvent, LoadEndEvent } from "./load.ts"
import type { MariadbGtidListEvent } from "./mariadb-gtid-list.ts"
import type { MariadbGtidEvent } from "./mariadb-gtid.ts"
import type { PreviousGtidsEvent } from "./previous-gtids.ts"
import type { QueryEvent } from "./query.ts"
import type { RandomEvent } from "./random.ts"
import type { RotateEvent } from "./rotate.ts"
import type { RowsQueryEvent } from "./rows-query.ts"
import type { RowsEvent } from "./rows.ts"
import type { StopEvent } from "./stop.ts"
import type { TableMapEvent } from "./table-map.ts"
import type { TransactionPayloadEvent } from "./transaction-payload.ts"
import type { UnknownEvent } from "./unknown.ts"
import type { UserVarEvent } from "./user-var.ts"
import type { XaPrepareEvent } from "./xa-prepare.ts"
import type { XidEvent } from "./xid.ts"

/** Any event of a binlog, told apart by `type`. */
export type BinlogEvent =
  | AnnotateRowsEvent
  | BinlogCheckpointEvent
  | FormatDescriptionEvent
  | GtidEvent
  | HeartbeatEvent
  | IncidentEvent
  | IntVarEvent
  | LoadBlockEvent
  | LoadDataEvent
  | LoadEndEvent
  | MariadbGtidEvent
  | MariadbGtidListEvent
  | PreviousGtidsEvent
  | QueryEvent
  | RandomEvent
  | RotateEvent
  | RowsEvent
  | RowsQueryEvent
  | StopEvent
  | TableMapEvent
  | TransactionPayloadEvent
  | UnknownEvent
  | UserVarEvent
  | XaPrepareEvent
  | XidEvent

/** The common events that are all of their own. */
const INDEPENDENT: ReadonlySet<BinlogEvent["type"]> = new Set([
  "annotate-rows",
  "gtid",
  "heartbeat",
  "mariadb-gtid",
  "query",
  "rotate",
  "rows-query",
  "table-map",
  "xid",
])

/** Whether the event may refer to the bytes that it was decoded from. */
export function mayReferToBytes(event: BinlogEvent): boolean {
  return !INDEPENDENT.has(event.type)
}
