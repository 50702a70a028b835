import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { expect, test } from "vitest"

const MODULE = new URL("./memory-flags.ts", import.meta.url).href

/** Much outlives the young generation, so that it would grow if it could. */
const PROGRAM = `
  import { getHeapSpaceStatistics } from "node:v8"
  import { setMemoryFlags } from ${JSON.stringify(MODULE)}
  const young = () => getHeapSpaceStatistics().find((space) => space.space_name === "new_space").space_size
  setMemoryFlags()
  const sizes = [young()]
  const kept = []
  for (let n = 0; n < 500; n++) kept.push(Array.from({ length: 8192 }, (_, index) => index))
  console.log(JSON.stringify([...sizes, young(), kept.length]))
`

test("the young generation has its size at once, and keeps it", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--no-warnings",
    "--input-type=module",
    "--eval",
    PROGRAM,
  ])
  expect(JSON.parse(stdout)).toEqual([8 << 20, 8 << 20, 500])
})
