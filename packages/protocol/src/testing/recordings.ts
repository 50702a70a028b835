import { existsSync, readdirSync, readFileSync } from "node:fs"
import { FrameDecoder, MAX_FRAME_LENGTH } from "../frame/frame-decoder.ts"

const folder = new URL("../../../../fixtures/recordings/", import.meta.url)

/** The names of the recordings that have this file. */
export function recordingsWith(file: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => existsSync(new URL(`${name}/${file}`, folder)))
    .sort()
}

export function recordedText(name: string, file: string): string {
  return readFileSync(new URL(`${name}/${file}`, folder), "utf8")
}

/** Every entry that Java's client received, in order. */
export function recordedEntries(name: string): readonly Buffer[] {
  return new FrameDecoder({ maxLength: MAX_FRAME_LENGTH }).push(
    readFileSync(new URL(`${name}/entries.bin`, folder)),
  )
}

/** One packet of a recorded session. */
export interface RecordedPacket {
  readonly from: "server" | "client"
  /** The recorder's own words about it. */
  readonly says: string
  /** The whole frame. */
  readonly frame: Buffer
}

/** The packets of a recorded session in order. */
export function recordedPackets(file: string): readonly RecordedPacket[] {
  const packets: RecordedPacket[] = []
  const lines = recordedText("wire", file).split("\n")
  for (const [i, line] of lines.entries()) {
    const [, from, says] = /^(server|client)> (.*)$/.exec(line) ?? []
    const hex = lines[i + 1]
    if (says === undefined || hex === undefined || !/^[0-9a-f]+$/.test(hex)) continue
    packets.push({ from: from === "server" ? "server" : "client", says, frame: Buffer.from(hex, "hex") })
  }
  return packets
}
