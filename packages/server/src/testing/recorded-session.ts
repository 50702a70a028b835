import { readFileSync } from "node:fs"
import { decodeEntry, decodeMessages, decodePacket, PacketType } from "@canal/protocol"
import type { EncodedEntry } from "../encode/encoded-entry.ts"
import { entry } from "./entries.ts"

/** One step of a recorded session between a Java server and its clients. */
export type RecordedStep =
  | { readonly does: "connect" | "write-rows" | "closed" }
  | { readonly does: "client"; readonly frame: Buffer }
  | { readonly does: "server"; readonly frame: Buffer; readonly text: string }

/** Reads `fixtures/recordings/wire/session.txt`: a readable line, then the frame in hexadecimal. */
export function readRecordedSession(): readonly RecordedStep[] {
  const file = new URL("../../../../fixtures/recordings/wire/session.txt", import.meta.url)
  const lines = readFileSync(file, "utf8").split("\n")
  const steps: RecordedStep[] = []
  for (const [i, text] of lines.entries()) {
    const frame = Buffer.from(lines[i + 1] ?? "", "hex")
    if (text === "# connect") steps.push({ does: "connect" })
    else if (text === "# (rows are written now)") steps.push({ does: "write-rows" })
    else if (text === "server> (connection closed)") steps.push({ does: "closed" })
    else if (text.startsWith("client>")) steps.push({ does: "client", frame })
    else if (text.startsWith("server>") && !text.startsWith("server> (")) {
      steps.push({ does: "server", frame, text })
    }
  }
  return steps
}

/** The entries that the steps deliver, each once. */
export function entriesOf(steps: readonly RecordedStep[]): readonly EncodedEntry[] {
  const found = new Map<string, EncodedEntry>()
  for (const step of steps) {
    if (step.does !== "server") continue
    const packet = decodePacket(step.frame.subarray(4))
    if (packet.type !== PacketType.MESSAGES) continue
    for (const bytes of decodeMessages(packet.body).entries)
      found.set(bytes.toString("hex"), encodedEntry(bytes))
  }
  return [...found.values()]
}

function encodedEntry(bytes: Buffer): EncodedEntry {
  const { header, entryType } = decodeEntry(bytes)
  const kind = entryType === "TRANSACTIONBEGIN" ? "begin" : entryType === "TRANSACTIONEND" ? "end" : "rows"
  return entry(kind, header.logfileOffset ?? 0, {
    bytes,
    file: header.logfileName ?? "",
    timestamp: header.executeTime ?? 0,
    serverId: header.serverId ?? 0,
    table: "",
  })
}
