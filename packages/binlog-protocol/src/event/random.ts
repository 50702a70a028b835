import { ByteReader } from "../bytes/byte-reader.ts"
import type { EventBase } from "./event.ts"

/** RAND: the seeds of RAND() in the next statement. */
export interface RandomEvent extends EventBase {
  readonly type: "random"
  readonly seed1: number | bigint
  readonly seed2: number | bigint
}

/* 8 first seed · 8 second seed. */
export function decodeRandom(base: EventBase, bytes: Buffer, start: number, end: number): RandomEvent {
  const reader = new ByteReader(bytes, start, end, "RAND")
  return { ...base, type: "random", seed1: reader.uint64(), seed2: reader.uint64() }
}
