import { ByteReader } from "../bytes/byte-reader.ts"
import { charsetOf } from "../value/charset.ts"
import type { EventBase } from "./event.ts"
import { decompressEnd } from "./mariadb-compression.ts"
import { decodeStatusVariables } from "./status-variables.ts"
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
  return { ...base, type: "query", threadId, duration, errorCode, schema, sql, variables }
}
