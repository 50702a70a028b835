import { expect, test } from "vitest"
import { FixedServers } from "./fixed-servers.ts"
import { formatServer, parseServers } from "./server-list.ts"

test("the servers in their order, from the one after those that do not serve", async () => {
  const servers = new FixedServers(parseServers("a:1,b:2,c:3"))
  const names = async () => (await servers.candidates()).map(({ address }) => formatServer(address))
  expect(await names()).toEqual(["a:1", "b:2", "c:3"])
  const [a, b, c] = await servers.candidates()
  if (a === undefined || b === undefined || c === undefined) throw new Error("three servers were given")
  servers.avoid(a)
  expect(await names()).toEqual(["b:2", "c:3", "a:1"])
  servers.avoid(b)
  servers.avoid(c)
  expect(await names()).toEqual(["a:1", "b:2", "c:3"])
})
