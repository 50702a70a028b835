import { readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { readBinlogFile } from "../file/read-binlog-file.ts"
import type { ReadBinlogFileOptions } from "../file/read-binlog-file.ts"
import type { BinlogEvent } from "../event/binlog-event.ts"

const FOLDER = new URL("../../../../fixtures/recordings/", import.meta.url)

/** Path of a recorded binlog, e.g. of `types-mysql`, or of `stops/vector-mysql.binlog`. */
export function recordingPath(name: string): string {
  return fileURLToPath(new URL(name.endsWith(".binlog") ? name : `${name}/binlog`, FOLDER))
}

/** The names of all recorded binlogs. */
export function recordingNames(): readonly string[] {
  const paths = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  return paths
    .filter((path) => path.endsWith("/binlog") || path.endsWith(".binlog"))
    .map((path) => path.replace(/\/binlog$/, ""))
    .sort()
}

/** All events of a binlog file. */
export async function allEvents(
  path: string,
  options?: ReadBinlogFileOptions,
): Promise<readonly BinlogEvent[]> {
  const all: BinlogEvent[] = []
  for await (const events of readBinlogFile(path, options)) all.push(...events)
  return all
}

/** The events of one type, as that type. */
export function eventsOf<Type extends BinlogEvent["type"]>(
  events: readonly BinlogEvent[],
  type: Type,
): readonly Extract<BinlogEvent, { type: Type }>[] {
  return events.filter((event): event is Extract<BinlogEvent, { type: Type }> => event.type === type)
}
