import { ByteReader } from "../bytes/byte-reader.ts"
import type { EventBase } from "./event.ts"

/** BINLOG_CHECKPOINT of MariaDB: the oldest file that crash recovery would need. */
export interface BinlogCheckpointEvent extends EventBase {
  readonly type: "binlog-checkpoint"
  readonly checkpointFile: string
}

/* 4 length · the file's name. */
export function decodeBinlogCheckpoint(
  base: EventBase,
  bytes: Buffer,
  start: number,
  end: number,
): BinlogCheckpointEvent {
  const reader = new ByteReader(bytes, start, end, "BINLOG_CHECKPOINT")
  return { ...base, type: "binlog-checkpoint", checkpointFile: reader.utf8(reader.uint32()) }
}
