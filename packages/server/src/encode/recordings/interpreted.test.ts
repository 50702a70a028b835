import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { expect, test } from "vitest"
import { recordedDigest } from "./digest.ts"

test("values and entries are the same where no code may be made of text", async () => {
  const module = new URL("digest.ts", import.meta.url).href
  const program = `import { recordedDigest } from ${JSON.stringify(module)}; console.log(await recordedDigest())`
  const args = ["--disallow-code-generation-from-strings", "--input-type=module", "--eval", program]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  expect(stdout.trim()).toBe(await recordedDigest())
})
