import { stripVTControlCharacters } from "node:util"
import { expect, test } from "vitest"
import { numberText } from "./columns.ts"
import { comparisonTable, figuresTable } from "./table.ts"

const figure = {
  figure: "values/wide",
  value: 412_345.6,
  unit: "rows/s",
  peer: "other",
  peerValue: 82_000,
  ratio: 5.03,
  floor: 5,
  ok: true,
}

test("figures stand in columns, with what was missed", () => {
  const limit = {
    figure: "start",
    value: 1.2,
    unit: "s",
    peer: null,
    peerValue: null,
    ratio: null,
    floor: 1,
    ok: false,
  }
  expect(stripVTControlCharacters(figuresTable([figure, { ...figure, floor: null }, limit]))).toBe(
    [
      "figure         value  unit    peer   peer's  ratio  floor",
      "values/wide  412,346  rows/s  other  82,000   5.03    ≥ 5  ok",
      "values/wide  412,346  rows/s  other  82,000   5.03",
      "start            1.2  s                               ≤ 1  MISSED",
      "",
    ].join("\n"),
  )
})

test("a comparison says what was lost", () => {
  const before = { figure: "start", unit: "s", before: 0.5, now: 1, ratio: 0.5, ok: false }
  expect(stripVTControlCharacters(comparisonTable([before]))).toBe(
    ["figure  before  now  unit  ratio", "start      0.5    1  s      0.50  LOST", ""].join("\n"),
  )
})

test.each([
  [123_456.7, "123,457"],
  [99.96, "100"],
  [0.012_345, "0.0123"],
  [Number.NaN, "none"],
])("%d is %s", (value, text) => {
  expect(numberText(value)).toBe(text)
})
