import type { BinlogEvent } from "@canal/binlog-protocol"

/** Turns events into output. Large events come in several pieces. */
export interface EventPrinter {
  print(event: BinlogEvent): Iterable<string>
}
