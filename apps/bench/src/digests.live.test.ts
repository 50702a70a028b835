import { type DatabaseServer, startMysql } from "@canal/testbed"
import { afterAll, beforeAll, expect, test } from "vitest"
import { endToEndProbe } from "./figure/end-to-end.ts"
import { readingProbe } from "./figure/reading.ts"
import { Bench } from "./run/bench.ts"
import { ownRoot } from "./run/subject.ts"
import { business } from "./workload/business.ts"
import { huge } from "./workload/huge.ts"
import { narrow } from "./workload/narrow.ts"
import { wide } from "./workload/wide.ts"
import { createSchemas, sourceArgs } from "./workload/write.ts"

let source: DatabaseServer
let bench: Bench
const ending = new AbortController()

beforeAll(async () => {
  source = await startMysql({ args: sourceArgs })
  await createSchemas(source)
  const changes = { narrow: 20_000, wide: 10_000, business: 8_000, huge: 5_000 }
  const scale = { rounds: { paired: 1, alone: 1 }, laps: 3, changes, steadySeconds: 1 }
  bench = new Bench(source, scale, ending.signal, () => undefined)
})

afterAll(async () => {
  ending.abort()
  await source[Symbol.asyncDispose]()
})

const workloads = [narrow, wide, business, huge]
const subjects = workloads.flatMap((workload) => [
  readingProbe("canal-values", workload),
  readingProbe("canal-entries", workload),
  endToEndProbe(workload),
])

test.each(subjects)("$name reads what the source says that it holds", async (probe) => {
  expect(await probe.check?.(bench, ownRoot)).toEqual([])
})

// What it reads wrongly of the workload business: a TIME(0) of a negative hour.
test.each([narrow, wide].map((workload) => readingProbe("zongji-values", workload)))(
  "$name, the peer, reads the same",
  async (probe) => {
    expect(await probe.check?.(bench, ownRoot)).toEqual([])
  },
)

// The server reads on beyond a workload that is not the last one written.
test.each([readingProbe("canal-values", narrow), endToEndProbe(huge)])(
  "$name reads in laps, to the last change",
  async (probe) => {
    let passed = 0
    const found = await probe.run(bench, ownRoot, async () => {
      passed += 1
    })
    expect(found["rate"]).toBeGreaterThan(0)
    // After the warm-up, and after each lap but the last.
    expect(passed).toBe(3)
  },
)
