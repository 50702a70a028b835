import { hostAddress } from "@canal/coordination"
import { expect, test } from "vitest"
import { advertisedHost } from "./advertised-host.ts"

test("a server that listens on one address is not advertised at another", () => {
  expect(advertisedHost("127.0.0.1")).toBe("127.0.0.1")
  expect(advertisedHost("db1.internal")).toBe("db1.internal")
  expect([undefined, "0.0.0.0", "::"].map(advertisedHost)).toEqual(Array(3).fill(hostAddress()))
})
