import { decodeAnnotateRows } from "../event/annotate-rows.ts"
import type { BinlogEvent } from "../event/binlog-event.ts"
import { decodeBinlogCheckpoint } from "../event/binlog-checkpoint.ts"
import type { EventBase } from "../event/event.ts"
import { decodeGtidTagged } from "../event/gtid-tagged.ts"
import { decodeGtid } from "../event/gtid.ts"
import { decodeIncident } from "../event/incident.ts"
import { decodeIntVar } from "../event/int-var.ts"
import { decodeLoadBlock, decodeLoadData, decodeLoadEnd } from "../event/load.ts"
import { decodeMariadbGtidList } from "../event/mariadb-gtid-list.ts"
import { decodeMariadbGtid } from "../event/mariadb-gtid.ts"
import { decodePreviousGtids } from "../event/previous-gtids.ts"
import { decodeQuery } from "../event/query.ts"
import { decodeRandom } from "../event/random.ts"
import { decodeRowsQuery } from "../event/rows-query.ts"
import { EventTypeCode } from "../event/type-code.ts"
import { decodeUserVar } from "../event/user-var.ts"
import { decodeXaPrepare } from "../event/xa-prepare.ts"
import { decodeXid } from "../event/xid.ts"

/** Decodes an event that stands for itself: nothing before it is needed, nothing after it changes. */
export function decodePlainEvent(base: EventBase, bytes: Buffer, start: number, end: number): BinlogEvent {
  switch (base.typeCode) {
    case EventTypeCode.QUERY:
    case EventTypeCode.EXECUTE_LOAD_QUERY:
    case EventTypeCode.MARIADB_QUERY_COMPRESSED:
      return decodeQuery(base, bytes, start, end)
    case EventTypeCode.XID:
      return decodeXid(base, bytes, start, end)
    case EventTypeCode.GTID:
      return decodeGtid(base, bytes, start, end, false)
    case EventTypeCode.ANONYMOUS_GTID:
      return decodeGtid(base, bytes, start, end, true)
    case EventTypeCode.GTID_TAGGED:
      return decodeGtidTagged(base, bytes, start, end)
    case EventTypeCode.MARIADB_GTID:
      return decodeMariadbGtid(base, bytes, start, end)
    case EventTypeCode.ROWS_QUERY:
      return decodeRowsQuery(base, bytes, start, end)
    case EventTypeCode.MARIADB_ANNOTATE_ROWS:
      return decodeAnnotateRows(base, bytes, start, end)
    case EventTypeCode.PREVIOUS_GTIDS:
      return decodePreviousGtids(base, bytes, start, end)
    case EventTypeCode.MARIADB_GTID_LIST:
      return decodeMariadbGtidList(base, bytes, start, end)
    case EventTypeCode.MARIADB_BINLOG_CHECKPOINT:
      return decodeBinlogCheckpoint(base, bytes, start, end)
    case EventTypeCode.XA_PREPARE:
      return decodeXaPrepare(base, bytes, start, end)
    case EventTypeCode.INTVAR:
      return decodeIntVar(base, bytes, start, end)
    case EventTypeCode.RAND:
      return decodeRandom(base, bytes, start, end)
    case EventTypeCode.USER_VAR:
      return decodeUserVar(base, bytes, start, end)
    case EventTypeCode.LOAD:
    case EventTypeCode.NEW_LOAD:
    case EventTypeCode.CREATE_FILE:
      return decodeLoadData(base, bytes, start, end)
    case EventTypeCode.BEGIN_LOAD_QUERY:
    case EventTypeCode.APPEND_BLOCK:
      return decodeLoadBlock(base, bytes, start, end)
    case EventTypeCode.EXEC_LOAD:
    case EventTypeCode.DELETE_FILE:
      return decodeLoadEnd(base, bytes, start, end)
    case EventTypeCode.INCIDENT:
      return decodeIncident(base, bytes, start, end)
    case EventTypeCode.STOP:
      return { ...base, type: "stop" }
    default:
      return { ...base, type: "unknown", body: bytes.subarray(start, end) }
  }
}
