import { ByteReader } from "../bytes/byte-reader.ts"
import type { EventBase } from "./event.ts"
import { decodeXaId } from "./xa-id.ts"
import type { XaId } from "./xa-id.ts"

/** XA_PREPARE: an XA transaction is prepared, or committed in one phase. */
export interface XaPrepareEvent extends EventBase {
  readonly type: "xa-prepare"
  readonly onePhase: boolean
  readonly xid: XaId
}

/* 1 whether in one phase · 4 format id · 4 length of the first part · 4 length of the second · the two parts. */
export function decodeXaPrepare(base: EventBase, bytes: Buffer, start: number, end: number): XaPrepareEvent {
  const reader = new ByteReader(bytes, start, end, "XA_PREPARE")
  const onePhase = reader.uint8() !== 0
  const formatId = reader.uint32()
  const globalLength = reader.uint32()
  const branchLength = reader.uint32()
  return {
    ...base,
    type: "xa-prepare",
    onePhase,
    xid: decodeXaId(reader, formatId, globalLength, branchLength),
  }
}
