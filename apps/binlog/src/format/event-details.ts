import { type BinlogEvent, formatGtid, formatXaId } from "@canal/binlog-protocol"

/** What an event says beside its header and its rows, as members of JSON. */
export type EventDetails = Readonly<Record<string, string | number | boolean | null>>

/** The details of every type of event; those of rows and table maps without their columns. */
export function eventDetails(event: BinlogEvent): EventDetails {
  switch (event.type) {
    case "rows":
      return { kind: event.kind, schema: event.table.schema, table: event.table.table }
    case "table-map":
      return { tableId: event.tableId, schema: event.table.schema, table: event.table.table }
    case "query":
      return {
        schema: event.schema,
        sql: event.sql,
        ...(event.errorCode === 0 ? {} : { errorCode: event.errorCode }),
      }
    case "rows-query":
    case "annotate-rows":
      return { sql: event.sql }
    case "gtid":
      return { gtid: event.gtid === undefined ? null : formatGtid(event.gtid) }
    case "mariadb-gtid":
      return { gtid: formatGtid(event.gtid) }
    case "previous-gtids":
    case "mariadb-gtid-list":
      return { gtids: event.gtids.toString() }
    case "xid":
      return { xid: String(event.xid) }
    case "xa-prepare":
      return { xid: formatXaId(event.xid), onePhase: event.onePhase }
    case "rotate":
      return { nextFile: event.nextFile, nextPosition: event.nextPosition }
    case "format-description":
      return { serverVersion: event.serverVersion, checksum: event.checksum }
    case "transaction-payload":
      return {
        compression: event.compression,
        payloadLength: event.payloadLength,
        uncompressedLength: event.uncompressedLength ?? null,
      }
    case "int-var":
      return { variable: event.variable, value: String(event.value) }
    case "random":
      return { seed1: String(event.seed1), seed2: String(event.seed2) }
    case "user-var":
      return {
        variable: `@${event.name}`,
        value: typeof event.value === "bigint" ? String(event.value) : event.value,
      }
    case "binlog-checkpoint":
      return { checkpointFile: event.checkpointFile }
    case "load-data":
      return {
        schema: event.schema,
        table: event.table,
        fileName: event.fileName,
        ...(event.fileId === undefined ? {} : { fileId: event.fileId }),
      }
    case "load-block":
      return { fileId: event.fileId, bytes: event.block.length }
    case "load-end":
      return { fileId: event.fileId, executes: event.executes }
    case "incident":
      return { incident: event.incident, message: event.message }
    case "unknown":
      return { typeCode: event.typeCode, bytes: event.body.length }
    default:
      return {}
  }
}
