import { ByteReader } from "../bytes/byte-reader.ts"
import { charsetOf } from "../value/charset.ts"
import type { EventBase } from "./event.ts"
import { decodeStatusVariables } from "./status-variables.ts"
import type { StatusVariables } from "./status-variables.ts"

/** QUERY: a statement as text. BEGIN and COMMIT, DDL, and changes logged as statements. */
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

/* 4 thread id · 4 duration · 1 schema length · 2 error · 2 length of status variables · these · schema · 0 · SQL. */
export function decodeQuery(base: EventBase, bytes: Buffer, start: number, end: number): QueryEvent {
  const reader = new ByteReader(bytes, start, end, "QUERY")
  const threadId = reader.uint32()
  const duration = reader.uint32()
  const schemaLength = reader.uint8()
  const errorCode = reader.uint16()
  const variablesLength = reader.uint16()
  const variablesAt = reader.take(variablesLength)
  const variables = decodeStatusVariables(bytes, variablesAt, variablesAt + variablesLength)
  const schema = reader.utf8(schemaLength)
  reader.skip(1)
  const sqlAt = reader.take(reader.remaining)
  const sql = charsetOf(variables.clientCollation).decode(bytes, sqlAt, end)
  return { ...base, type: "query", threadId, duration, errorCode, schema, sql, variables }
}
