import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { UsageError } from "@canal/command-line"
import { createScratchFolder } from "@canal/testbed"
import { expect, test } from "vitest"
import { readBaseline } from "./baseline.ts"

const [a, b] = ["a".repeat(40), "b".repeat(40)]

test("reads the commit and the figures that --json wrote", async () => {
  using folder = createScratchFolder("baseline")
  const path = join(folder.path, "figures.json")
  writeFileSync(
    path,
    JSON.stringify([
      { figure: "x", value: 1, commit: a },
      { figure: "y", value: 2, commit: a },
    ]),
  )
  expect(await readBaseline(path)).toEqual({ commit: a, figures: new Set(["x", "y"]) })
})

test.each([
  ["[]", "does not hold figures"],
  ['[{"figure":"x"}]', "does not hold figures"],
  [
    JSON.stringify([
      { figure: "x", commit: a },
      { figure: "y", commit: b },
    ]),
    "2 commits",
  ],
  ["nothing", "cannot be read"],
])("refuses %s", async (text, message) => {
  using folder = createScratchFolder("baseline")
  const path = join(folder.path, "figures.json")
  writeFileSync(path, text)
  await expect(readBaseline(path)).rejects.toThrow(UsageError)
  await expect(readBaseline(path)).rejects.toThrow(message)
})
