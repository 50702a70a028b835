import { array, assert, asyncProperty, constantFrom, nat, record } from "fast-check"
import { afterAll, expect, test } from "vitest"
import { readCorpus } from "./corpus.ts"
import { EDIT_KINDS } from "./mutation.ts"
import { createTargets, outcomeOf } from "./targets.ts"

const MILLISECONDS = 1000
const MEMORY = 512 * 2 ** 20

const { targets, remove } = createTargets(readCorpus())
afterAll(remove)

const edit = record({ kind: constantFrom(...EDIT_KINDS), at: nat(), value: nat() })
const input = record({ pick: nat(), edits: array(edit, { maxLength: 6 }) })

test.each([...targets])("spoiled bytes end in a value or the package's own error: %s", async (_, target) => {
  const before = process.memoryUsage().rss
  await assert(
    asyncProperty(input, async (one) => {
      await outcomeOf(target, one)
      expect(process.memoryUsage.rss() - before).toBeLessThan(MEMORY)
    }),
    { numRuns: 1_000_000, interruptAfterTimeLimit: MILLISECONDS },
  )
})
