import { ByteReader } from "../bytes/byte-reader.ts"
import type { EventBase } from "./event.ts"

/**
 * HEARTBEAT: the source is there and has nothing new up to `endPosition` of `file`, where the dump stands. Lies in no
 * file itself.
 */
export interface HeartbeatEvent extends EventBase {
  readonly type: "heartbeat"
}

/** Where the dump stands; `offset` is `undefined` where only the event's header has it, modulo 2^32. */
export interface HeartbeatPlace {
  readonly file: string
  readonly offset: number | undefined
}

/* HEARTBEAT: all of it is the file's name. */
export function decodeHeartbeat(bytes: Buffer, start: number, end: number): HeartbeatPlace {
  return { file: bytes.toString("utf8", start, end), offset: undefined }
}

/*
 * HEARTBEAT_V2 (MySQL 8.0.26): fields, each 1 code, a length-encoded length, and the value: 1 the file's name,
 * 2 the offset as a length-encoded number, 0 the end.
 */
export function decodeHeartbeatV2(bytes: Buffer, start: number, end: number): HeartbeatPlace {
  const reader = new ByteReader(bytes, start, end, "HEARTBEAT_V2")
  let file = ""
  let offset: number | undefined
  while (reader.remaining > 0) {
    const code = reader.uint8()
    if (code === 0) break
    const field = reader.part(reader.lengthEncoded())
    if (code === 1) file = field.utf8(field.remaining)
    else if (code === 2) offset = field.lengthEncoded()
  }
  return { file, offset }
}
