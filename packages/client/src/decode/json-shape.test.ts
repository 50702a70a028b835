import { expect, test } from "vitest"
import { JsonShape } from "./json-shape.ts"

test("objects with very many keys are not learned: their lists of keys would grow with the square of that", () => {
  let shape: JsonShape | undefined = new JsonShape([], new Uint8Array())
  let members = 0
  while ((shape = shape.learn(`key${members}`, new Uint8Array())) !== undefined)
    expect(++members).toBe(shape.keys.length)
  expect(members).toBe(256)
})
