import { expect, test } from "vitest"
import { measureMemory } from "./measure.ts"

const MIB = 2 ** 20
/** A process that has read its code, and what the engine has not collected yet; a second copy would not fit in it. */
const ROOM_MIB = 195

test("a large compressed transaction and a large BLOB take bounded memory", async () => {
  const measured = await measureMemory({ transactionBytes: 100 * MIB, blobBytes: 100 * MIB })
  expect(measured.map(({ rows }) => rows)).toEqual([10_486, 10_486, 1, 1])
  for (const { what, bytes, fileBytes, peakMib } of measured) {
    expect([what, bytes >= 100 * MIB]).toEqual([what, true])
    // The transaction unfolds to more than twice what it takes in the file.
    const held = what.includes("BLOB") ? bytes : fileBytes
    expect([what, peakMib < held / MIB + ROOM_MIB]).toEqual([what, true])
  }
})
