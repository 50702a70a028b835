import { expect, test } from "vitest"
import { parseSourceUrl } from "./source-options.ts"

test.each([
  ["mysql://u:p@db:3307", { host: "db", port: 3307, user: "u", password: "p" }],
  ["mysql://u@db", { host: "db", port: 3306, user: "u", password: "" }],
  ["mariadb://u:p%40%2F@[::1]:1/", { host: "::1", port: 1, user: "u", password: "p@/" }],
])("%s", (text, source) => {
  expect(parseSourceUrl(text)).toEqual(source)
})

test.each([
  "",
  "db:3306",
  "http://u:secret@db",
  "mysql://db",
  "mysql://u:secret@db/shop",
  "mysql://u:secret%@db",
])("%j is refused without its password", (text) => {
  expect(() => parseSourceUrl(text)).toThrow(expect.objectContaining({ code: "INVALID_TEXT" }))
  expect(() => parseSourceUrl(text)).toThrow(/^(?!.*secret)/)
})
