import { expect, test } from "vitest"
import { zoneOffset } from "./zone-offset.ts"

const at = (iso: string): number => Date.parse(iso) / 1000

test("UTC and its other names are no distance away", () => {
  for (const name of ["UTC", "Etc/UTC", "GMT"]) expect(zoneOffset(name)(at("2026-07-01T00:00:00Z"))).toBe(0)
})

test("a zone's distance follows its summer time", () => {
  const berlin = zoneOffset("Europe/Berlin")
  expect(berlin(at("2026-01-15T12:00:00Z"))).toBe(3600)
  expect(berlin(at("2026-07-15T12:00:00Z"))).toBe(7200)
  expect(berlin(at("2026-10-25T00:59:59Z"))).toBe(7200)
  expect(berlin(at("2026-10-25T01:00:00Z"))).toBe(3600)
})

test("clocks that change within a quarter of an hour, and distances of odd seconds, are exact", () => {
  const monrovia = zoneOffset("Africa/Monrovia")
  expect(monrovia(at("1972-01-07T00:44:29Z"))).toBe(-2670)
  expect(monrovia(at("1972-01-07T00:44:30Z"))).toBe(0)
})

test("a zone that is not known is refused", () => {
  expect(() => zoneOffset("Nowhere/Nothing")).toThrow(RangeError)
})
