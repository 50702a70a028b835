import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { type Coordinator, serverRunningNode } from "@canal/coordination"
import { createMemorySpace } from "@canal/coordination/memory"
import { expect, onTestFinished, test } from "vitest"
import { RunningServer } from "./running-server.ts"
import { formatServer } from "./server-list.ts"

const path = serverRunningNode("shop")
const never = new AbortController().signal

async function followed() {
  const operator = await createMemorySpace().connect()
  const server = new RunningServer("shop")
  const ended = new AbortController()
  const following = server.follow(operator, ended.signal)
  onTestFinished(async () => {
    ended.abort()
    await following
  })
  return { operator, server }
}

function runs(operator: Coordinator, address: string, more: object = {}) {
  return operator.put(path, JSON.stringify({ active: true, address, ...more }))
}

async function named(server: RunningServer, signal: AbortSignal = never): Promise<string> {
  const [candidate] = await server.candidates(signal)
  return candidate === undefined ? "nobody" : formatServer(candidate.address)
}

function notices(): readonly string[] {
  const told: string[] = []
  const tell = (notice: unknown): void => {
    if (typeof notice === "object" && notice !== null && "message" in notice)
      told.push(String(notice.message))
  }
  subscribe("canal:client", tell)
  onTestFinished(() => void unsubscribe("canal:client", tell))
  return told
}

test("a server that is not there is waited for, and said to be missing once", async () => {
  const told = notices()
  const { operator, server } = await followed()
  const waiting = named(server)
  await expect.poll(() => told).toEqual(["no server runs destination shop; waiting until one does"])
  await runs(operator, "10.0.0.1:11111")
  expect(await waiting).toBe("10.0.0.1:11111")
  expect(told.slice(1)).toEqual(["10.0.0.1:11111 runs destination shop"])
})

test("another address supersedes the first one; the same one, written again or by a new node, does not", async () => {
  const { operator, server } = await followed()
  await runs(operator, "10.0.0.1:11111")
  const [first] = await server.candidates(never)
  await operator.remove(path)
  await runs(operator, "10.0.0.1:11111", { cid: 1 })
  expect(await server.candidates(never)).toEqual([first])
  expect(first?.superseded.aborted).toBe(false)
  await runs(operator, "[fe80::1]:11111")
  await expect.poll(() => first?.superseded.aborted).toBe(true)
  expect(first?.superseded.reason).toMatchObject({
    code: "CONNECTION_LOST",
    message: "destination shop has moved from 10.0.0.1:11111 to [fe80::1]:11111",
  })
  expect(await named(server)).toBe("[fe80::1]:11111")
})

test.each([
  ["a node that is gone", undefined],
  ["a node that is to be let go", '{"active":false,"address":"10.0.0.2:11111"}'],
  ["a node without an address", '{"active":true}'],
  ["an address without a port", '{"active":true,"address":"10.0.0.2"}'],
  ["no JSON", "10.0.0.2:11111"],
])("%s is waited out, and what works meanwhile is kept", async (_, data) => {
  const { operator, server } = await followed()
  await runs(operator, "10.0.0.1:11111")
  const [first] = await server.candidates(never)
  if (data === undefined) await operator.remove(path)
  else await operator.put(path, data)
  await new Promise((resolve) => setImmediate(resolve))
  const waiting = named(server)
  const ended = new AbortController()
  const aborted = named(server, ended.signal)
  ended.abort(new Error("enough"))
  await expect(aborted).rejects.toThrow("enough")
  expect(first?.superseded.aborted).toBe(false)
  await runs(operator, "10.0.0.1:11111")
  expect(await waiting).toBe("10.0.0.1:11111")
  expect(first?.superseded.aborted).toBe(false)
})

test("an address that cannot be read is told at once", async () => {
  const told = notices()
  const { operator } = await followed()
  await operator.put(path, '{"active":true,"address":"here"}')
  await expect
    .poll(() => told)
    .toEqual([
      String.raw`/otter/canal/destinations/shop/running names no server by host:port ("{\"active\":true,\"address\":\"here\"}"); waiting until one does`,
    ])
})
