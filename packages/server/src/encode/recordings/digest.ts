import { createHash } from "node:crypto"
import { globSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { readBinlogFile } from "@canal/binlog-protocol"
import { readChanges } from "@canal/parser"
import { createEncoder } from "../encoder.ts"

const folder = fileURLToPath(new URL("../../../../../fixtures/recordings", import.meta.url))

/** A hash over the entries and the values of all rows of the recorded binlogs, in the order of their names. */
export async function recordedDigest(): Promise<string> {
  const hash = createHash("sha256")
  for (const file of recordedBinlogs()) {
    const encoder = createEncoder({ timeZone: "Asia/Shanghai" })
    for await (const changes of readChanges(readBinlogFile(file))) {
      for (const { bytes } of encoder.encode(changes)) hash.update(bytes)
      for (const change of changes) if (change.kind === "rows") hash.update(textOf(change.values()))
    }
  }
  return hash.digest("hex")
}

/** Paths of the recorded binlogs, in the order of their names. */
export function recordedBinlogs(): string[] {
  const names = globSync(["*/binlog", "stops/*.binlog"], { cwd: folder }).sort()
  return names.map((name) => `${folder}/${name}`)
}

function textOf(values: unknown): string {
  return JSON.stringify(values, (_key, value: unknown) => (typeof value === "bigint" ? `${value}n` : value))
}
