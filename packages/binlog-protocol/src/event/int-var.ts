import { ByteReader } from "../bytes/byte-reader.ts"
import type { EventBase } from "./event.ts"

/** INTVAR: an automatic number that the next statement uses. */
export interface IntVarEvent extends EventBase {
  readonly type: "int-var"
  readonly variable: "LAST_INSERT_ID" | "INSERT_ID"
  readonly value: number | bigint
}

/* 1 which: 1 LAST_INSERT_ID, 2 INSERT_ID · 8 value. */
export function decodeIntVar(base: EventBase, bytes: Buffer, start: number, end: number): IntVarEvent {
  const reader = new ByteReader(bytes, start, end, "INTVAR")
  const which = reader.uint8()
  if (which !== 1 && which !== 2) throw reader.malformed(`the variable ${which}`)
  return {
    ...base,
    type: "int-var",
    variable: which === 1 ? "LAST_INSERT_ID" : "INSERT_ID",
    value: reader.uint64(),
  }
}
