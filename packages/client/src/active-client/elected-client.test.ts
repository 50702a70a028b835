import { setTimeout as sleep } from "node:timers/promises"
import { clientRunningNode, CoordinationError, hostAddress, serverRunningNode } from "@canal/coordination"
import { createMemorySpace, type MemorySpace } from "@canal/coordination/memory"
import { expect, onTestFinished, test } from "vitest"
import { RunningServer } from "../locate/running-server.ts"
import { watchedSpace } from "../testing/watched-space.ts"
import { ElectedClient } from "./elected-client.ts"

const path = clientRunningNode("shop", 1001)
const never = new AbortController().signal

function contend(space: MemorySpace, { protection = 0, signal = never } = {}) {
  const backend = watchedSpace(space)
  const server = new RunningServer("shop")
  const client = new ElectedClient({
    backend,
    destination: "shop",
    clientId: 1001,
    protection,
    server,
    signal,
  })
  onTestFinished(() => client.release())
  return { backend, server, client }
}

async function opened() {
  const space = createMemorySpace()
  const operator = await space.connect()
  const data = async () => (await operator.get(path))?.data
  return { space, operator, data }
}

test("the node is as Canal writes it, before and after it is known from where the client is connected", async () => {
  const { space, data } = await opened()
  const { client } = contend(space)
  const turn = await client.turn(never)
  expect(await data()).toBe(`{"active":true,"address":"${hostAddress()}","clientId":1001}`)
  turn.connectedFrom("127.0.0.1:40000")
  turn.connectedFrom("127.0.0.1:40001")
  await expect.poll(data).toBe('{"active":true,"address":"127.0.0.1:40001","clientId":1001}')
  await client.release()
  expect(await data()).toBeUndefined()
  await expect(client.turn(AbortSignal.abort(new Error("over")))).rejects.toThrow("over")
})

test("who stands by asks for nothing, and takes over at once from one that is released", async () => {
  const { space, data } = await opened()
  const first = contend(space, { protection: 3_600_000 })
  await first.client.turn(never)
  const second = contend(space, { protection: 3_600_000 })
  const turn = second.client.turn(never)
  await expect.poll(() => second.backend.requests).toBe(1)
  const before = second.backend.requests
  await sleep(50)
  expect(second.backend.requests).toBe(before)
  await first.client.release()
  const { ended } = await turn
  expect(ended.aborted).toBe(false)
  expect(await data()).toContain('"active":true')
})

test("an active client that waits for a server asks for nothing", async () => {
  const { space } = await opened()
  const { backend, server, client } = contend(space)
  await client.turn(never)
  const ended = new AbortController()
  const waiting = expect(server.candidates(ended.signal)).rejects.toThrow()
  await sleep(20)
  const before = backend.requests
  await sleep(50)
  expect(backend.requests).toBe(before)
  ended.abort()
  await waiting
})

test("a lost session ends the turn; the next one is taken in a new session", async () => {
  const { space } = await opened()
  const { backend, client } = contend(space, { protection: 3_600_000 })
  const turn = await client.turn(never)
  backend.expire()
  expect(turn.ended.aborted).toBe(true)
  expect(await turn.isCertain(never)).toBe(false)
  const next = await client.turn(never)
  expect(await next.isCertain(never)).toBe(true)
})

test("while nobody answers nothing is certain", async () => {
  const { space } = await opened()
  const { backend, client } = contend(space)
  const turn = await client.turn(never)
  backend.suspend()
  expect(await turn.isCertain(AbortSignal.timeout(10))).toBe(false)
  const certain = turn.isCertain(never)
  backend.heal()
  expect(await certain).toBe(true)
  backend.suspend()
  const uncertain = turn.isCertain(never)
  backend.expire()
  expect(await uncertain).toBe(false)
})

test("an operator's active:false ends the turn and lets another take over", async () => {
  const { space, operator, data } = await opened()
  const first = contend(space, { protection: 3_600_000 })
  const turn = await first.client.turn(never)
  const second = contend(space, { protection: 3_600_000 })
  const waiting = second.client.turn(never)
  await operator.put(path, (await data())?.replace("true", "false") ?? "")
  await waiting
  expect(turn.ended.aborted).toBe(true)
})

test("a client that leaves expects its node to vanish, and does not make it again", async () => {
  const { space, operator, data } = await opened()
  const { client } = contend(space)
  const turn = await client.turn(never)
  turn.leave()
  await operator.remove("/otter/canal/destinations/shop/1001")
  await sleep(20)
  expect(turn.ended.aborted).toBe(false)
  await client.release()
  expect(await data()).toBeUndefined()
  expect(await operator.get("/otter/canal/destinations/shop/1001")).toBeUndefined()
})

test("an abort ends the standing by, but not the turn", async () => {
  const { space, data } = await opened()
  const abort = new AbortController()
  const { client } = contend(space, { signal: abort.signal })
  const turn = await client.turn(never)
  abort.abort()
  await sleep(20)
  expect(turn.ended.aborted).toBe(false)
  const other = new AbortController()
  const standby = contend(space, { signal: other.signal })
  other.abort()
  await standby.client.release()
  await client.release()
  expect(await data()).toBeUndefined()
})

test("a server is followed during a turn alone", async () => {
  const { space, operator } = await opened()
  await operator.put(serverRunningNode("shop"), '{"active":true,"address":"10.0.0.1:11111"}')
  const { server, client } = contend(space)
  await client.turn(never)
  expect(await server.candidates(never)).toMatchObject([{ address: { host: "10.0.0.1", port: 11_111 } }])
  await client.release()
  await expect(server.candidates(AbortSignal.timeout(10))).rejects.toThrow()
})

test("a backend that refuses is an error for everybody who waits", async () => {
  const refusal = new CoordinationError("REFUSED", "no such user")
  const backend = { place: "nowhere", connect: () => Promise.reject(refusal) }
  const server = new RunningServer("shop")
  const options = { backend, destination: "shop", clientId: 1001, protection: 0, server, signal: never }
  await expect(new ElectedClient(options).turn(never)).rejects.toMatchObject({
    code: "COORDINATION_REFUSED",
    message: "nowhere refuses client 1001 of destination shop: no such user",
  })
})
