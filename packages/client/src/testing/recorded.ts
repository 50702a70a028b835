import { readFileSync } from "node:fs"
import { decodeEntry, type Entry, FrameDecoder, MAX_FRAME_LENGTH } from "@canal/protocol"

/** Recordings whose entries have rows. */
export const RECORDINGS: readonly string[] = [
  "charsets-mysql",
  "compressed-mariadb",
  "functional-mysql",
  "gtid-mysql",
  "images-mysql",
  "inet-mariadb",
  "statements-mysql",
  "types-mariadb",
  "types-mysql",
]

/** The entries with rows or statements that Java Canal sent in a recording. */
export function recorded(name: string): readonly Entry[] {
  const file = new URL(`../../../../fixtures/recordings/${name}/entries.bin`, import.meta.url)
  return new FrameDecoder({ maxLength: MAX_FRAME_LENGTH })
    .push(readFileSync(file))
    .map(decodeEntry)
    .filter(({ entryType }) => entryType === "ROWDATA")
}
