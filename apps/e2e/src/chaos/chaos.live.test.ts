import { createRandom } from "@canal/testbed"
import { expect, test } from "vitest"
import { backendNames } from "./backends.ts"
import { chaos } from "./chaos.ts"
import { faults } from "./faults.ts"

test.each(backendNames)(
  "over %s, every kind of fault loses nothing and hands out nothing twice at once",
  { timeout: 600_000 },
  async (backend) => {
    const random = createRandom()
    const result = await chaos({
      backend,
      faults: faults.length,
      session: 3000,
      protection: 500,
      random,
      progress: (line) => process.stderr.write(`${line} (seed ${random.seed})\n`),
    })
    expect(result.violations).toEqual([])
    expect(result.faults).toBe(faults.length)
  },
)
