import { expect, test } from "vitest"
import { hashPassword, scramble, verifyScramble } from "./scramble.ts"

const seed = Buffer.from("0102030405060708", "hex")

test.each([
  ["canal", "e3619321c1a937c46a0d8bd1dac39f93b27d4458", "7de44690d8e53782cb61804a2455c284a3bbfb06"],
  ["admin", "4acfe3202a5ff5cf467898fc58aab1d615029441", "7442e41a86c87ea818a7b90f671b334eeea8be84"],
])("the password %s as Canal hashes and scrambles it", (plain, stored, token) => {
  expect(hashPassword(plain)).toBe(stored)
  expect(scramble(plain, seed)).toBe(token)
  expect(verifyScramble(token, stored, seed)).toBe(true)
  expect(verifyScramble(token.toUpperCase(), stored.toUpperCase(), seed)).toBe(true)
})

test("anything else is refused", () => {
  const stored = hashPassword("canal")
  const token = scramble("canal", seed)
  expect(hashPassword("123456")).toBe("6bb4837eb74329105ee4568dda7dc67ed2ca2ad9")
  expect(verifyScramble(scramble("kanal", seed), stored, seed)).toBe(false)
  expect(verifyScramble(token, stored, Buffer.from("0102030405060709", "hex"))).toBe(false)
  for (const bad of [
    "",
    token.slice(2),
    `${token}00`,
    token.slice(1),
    `${token.slice(2)}zz`,
    "é".repeat(40),
  ]) {
    expect(verifyScramble(bad, stored, seed)).toBe(false)
  }
  expect(verifyScramble(token, "", seed)).toBe(false)
})
