import { ByteReader } from "../bytes/byte-reader.ts"
import type { EventBase } from "./event.ts"

/** INCIDENT: changes may be missing from the binlog here, as the message says. */
export interface IncidentEvent extends EventBase {
  readonly type: "incident"
  readonly incident: number
  readonly message: string
}

/* 2 number (1: lost events) · 1 length · message. */
export function decodeIncident(base: EventBase, bytes: Buffer, start: number, end: number): IncidentEvent {
  const reader = new ByteReader(bytes, start, end, "INCIDENT")
  return { ...base, type: "incident", incident: reader.uint16(), message: reader.utf8(reader.uint8()) }
}
