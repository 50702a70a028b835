import { expect, test } from "vitest"
import { parseRunningAddress } from "./running-address.ts"

test.each([
  ["10.0.0.1:11111", { host: "10.0.0.1", port: 11_111 }],
  ["db-1.example:1", { host: "db-1.example", port: 1 }],
  ["fe80::1:11111", { host: "fe80::1", port: 11_111 }],
  ["[fe80::1]:11111", { host: "fe80::1", port: 11_111 }],
])("%j is an address", (text, address) => {
  expect(parseRunningAddress(text)).toEqual(address)
})

test.each(["", "10.0.0.1", ":1", "a:", "a:0", "a:65536", "a:1x", "a b:1", "[a:1"])("%j is none", (text) => {
  expect(parseRunningAddress(text)).toBeUndefined()
})
