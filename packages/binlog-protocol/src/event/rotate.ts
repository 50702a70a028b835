import { ByteReader } from "../bytes/byte-reader.ts"
import type { EventBase } from "./event.ts"

/** ROTATE: the binlog goes on in another file. At the start of a dump a made-up one names the first file. */
export interface RotateEvent extends EventBase {
  readonly type: "rotate"
  readonly nextFile: string
  readonly nextPosition: number
}

/* 8 position in the next file · the rest: its name. */
export function decodeRotate(base: EventBase, bytes: Buffer, start: number, end: number): RotateEvent {
  const reader = new ByteReader(bytes, start, end, "ROTATE")
  const nextPosition = reader.count64()
  const nextFile = reader.utf8(reader.remaining)
  return { ...base, type: "rotate", nextFile, nextPosition }
}
