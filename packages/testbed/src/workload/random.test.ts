import { expect, test } from "vitest"
import { createRandom } from "./random.ts"

test("a seed repeats its numbers, another seed gives others", () => {
  expect(numbers(7)).toEqual(numbers(7))
  expect(numbers(7)).not.toEqual(numbers(8))
})

test("both ends of a range are reached and not passed", () => {
  const random = createRandom(1)
  const dice = Array.from({ length: 1000 }, () => random.integer(1, 6))
  expect(new Set(dice)).toEqual(new Set([1, 2, 3, 4, 5, 6]))
})

function numbers(seed: number): readonly number[] {
  const random = createRandom(seed)
  return Array.from({ length: 20 }, () => random.integer(0, 1_000_000))
}
