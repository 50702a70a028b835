import { ByteReader } from "../bytes/byte-reader.ts"
import { isEqual, readUInt24, readUInt32 } from "../bytes/read.ts"
import { charsetOf } from "../value/charset.ts"
import type { EventBase } from "./event.ts"
import { decompressEnd } from "./mariadb-compression.ts"
import { decodeStatusVariables, microsecondsAt } from "./status-variables.ts"
import type { StatusVariables } from "./status-variables.ts"
import { EventTypeCode } from "./type-code.ts"

/**
 * QUERY: a statement as text. BEGIN and COMMIT, DDL, and changes logged as statements. EXECUTE_LOAD_QUERY: a LOAD DATA,
 * whose file stands in BEGIN_LOAD_QUERY and APPEND_BLOCK events before it. QUERY_COMPRESSED: MariaDB with
 * `log_bin_compress`.
 */
export interface QueryEvent extends EventBase {
  readonly type: "query"
  /** The connection that ran it. */
  readonly threadId: number
  /** Seconds it took. */
  readonly duration: number
  /** MySQL's error number with which the statement ended at the source; 0 for success. */
  readonly errorCode: number
  /** The session's default database; "" for none. */
  readonly schema: string
  readonly sql: string
  readonly variables: StatusVariables
}

/** Bytes of EXECUTE_LOAD_QUERY about the file. */
const LOADED_FILE_LENGTH = 13

/*
 * 4 thread id · 4 duration · 1 schema length · 2 error · 2 length of status variables · these · schema · 0 · SQL.
 * EXECUTE_LOAD_QUERY has in front of the status variables: 4 file id · 4 where the file's name begins in the SQL ·
 * 4 where it ends · 1 what to do with duplicate keys. In QUERY_COMPRESSED the SQL is compressed.
 */
export function decodeQuery(base: EventBase, bytes: Buffer, start: number, end: number): QueryEvent {
  const loads = base.typeCode === EventTypeCode.EXECUTE_LOAD_QUERY
  const reader = new ByteReader(bytes, start, end, loads ? "EXECUTE_LOAD_QUERY" : "QUERY")
  const threadId = reader.uint32()
  const duration = reader.uint32()
  const schemaLength = reader.uint8()
  const errorCode = reader.uint16()
  const variablesLength = reader.uint16()
  if (loads) reader.skip(LOADED_FILE_LENGTH)
  const variablesAt = reader.take(variablesLength)
  const variables = decodeStatusVariables(bytes, variablesAt, variablesAt + variablesLength)
  const schema = reader.utf8(schemaLength)
  reader.skip(1)
  const sqlAt = reader.take(reader.remaining)
  const charset = charsetOf(variables.clientCollation)
  const plain =
    base.typeCode === EventTypeCode.MARIADB_QUERY_COMPRESSED ? decompressEnd(bytes, sqlAt, end) : undefined
  const sql = plain === undefined ? charset.decode(bytes, sqlAt, end) : charset.decode(plain, 0, plain.length)
  return queryEvent(base, threadId, duration, { errorCode, schema, sql, variables })
}

/** What of a QUERY event does not tell one run of a statement from the next. */
type Statement = Pick<QueryEvent, "errorCode" | "schema" | "sql" | "variables">

interface KeptStatement {
  /** All of the event's body that says it, in memory of its own. */
  readonly bytes: Buffer
  /** Where the fraction of the second lies in it, which differs from run to run; −1 where there is none. */
  readonly fractionAt: number
  readonly statement: Statement
}

/** Statements kept, and the bytes of the longest: BEGIN in its few forms. */
const KEPT = 8
const LONGEST_KEPT = 256
/** Behind what differs from run to run. */
const STATEMENT_AT = 8
const FRACTION_LENGTH = 3

/** Decodes QUERY events. Most say BEGIN as one of the last ones did: that is seen by their bytes, and not read again. */
export class QueryDecoder {
  readonly #kept: KeptStatement[] = []
  #oldest = 0

  decode(base: EventBase, bytes: Buffer, start: number, end: number): QueryEvent {
    const at = start + STATEMENT_AT
    for (const kept of this.#kept)
      if (isSame(kept, bytes, at, end))
        return queryEvent(
          base,
          readUInt32(bytes, start),
          readUInt32(bytes, start + 4),
          kept.fractionAt < 0 ? kept.statement : withFraction(kept, bytes, at),
        )
    const event = decodeQuery(base, bytes, start, end)
    if (end - at > LONGEST_KEPT) return event
    const { errorCode, schema, sql, variables } = event
    const fractionAt = variables.microseconds === undefined ? -1 : microsecondsAt - at
    const statement = { errorCode, schema, sql, variables }
    this.#kept[this.#oldest] = { bytes: Buffer.from(bytes.subarray(at, end)), fractionAt, statement }
    this.#oldest = (this.#oldest + 1) % KEPT
    return event
  }
}

function isSame(
  { bytes: kept, fractionAt }: KeptStatement,
  bytes: Buffer,
  start: number,
  end: number,
): boolean {
  const { length } = kept
  if (length !== end - start) return false
  if (fractionAt < 0) return isEqual(kept, 0, bytes, start, length)
  const behind = fractionAt + FRACTION_LENGTH
  return (
    isEqual(kept, 0, bytes, start, fractionAt) &&
    isEqual(kept, behind, bytes, start + behind, length - behind)
  )
}

function withFraction({ fractionAt, statement }: KeptStatement, bytes: Buffer, start: number): Statement {
  const { errorCode, schema, sql, variables } = statement
  const microseconds = readUInt24(bytes, start + fractionAt)
  return { errorCode, schema, sql, variables: { ...variables, microseconds } }
}

function queryEvent(base: EventBase, threadId: number, duration: number, statement: Statement): QueryEvent {
  return {
    file: base.file,
    position: base.position,
    endPosition: base.endPosition,
    length: base.length,
    timestamp: base.timestamp,
    serverId: base.serverId,
    typeCode: base.typeCode,
    flags: base.flags,
    innerIndex: base.innerIndex,
    type: "query",
    threadId,
    duration,
    errorCode: statement.errorCode,
    schema: statement.schema,
    sql: statement.sql,
    variables: statement.variables,
  }
}
