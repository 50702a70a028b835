import { expect, onTestFinished, test } from "vitest"
import type { Coordinator } from "../coordinator.ts"
import { createMemorySpace } from "../drivers/memory/memory-coordinator.ts"
import { formatRunning, parseRunning } from "./running-data.ts"
import { RunningNode, type RunningNodeOptions } from "./running-node.ts"

const path = "/otter/canal/destinations/shop/running"
const never = new AbortController().signal

function running(address: string, changes: Partial<RunningNodeOptions> = {}): RunningNode {
  return new RunningNode({ path, data: { active: true, address }, protection: 0, ...changes })
}

async function opened() {
  const space = createMemorySpace()
  const session = async (): Promise<Coordinator> => {
    const coordinator = await space.connect()
    onTestFinished(() => coordinator[Symbol.asyncDispose]())
    return coordinator
  }
  const owner = async () => {
    const node = await (await session()).get(path)
    return node === undefined ? undefined : parseRunning(node.data)
  }
  return { space, session, owner }
}

/** Whether a promise is still pending after everything that can happen at once has happened. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol("pending")
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
  return (await Promise.race([promise, Promise.resolve(pending)])) === pending
}

test("the node is as Canal writes it", async () => {
  const { session } = await opened()
  const a = await session()
  await running("10.0.0.1:11111").take(a, never)
  expect((await a.get(path))?.data).toBe('{"active":true,"address":"10.0.0.1:11111"}')
  expect(formatRunning({ active: true, address: "10.0.0.1:40000", clientId: 1001 })).toBe(
    '{"active":true,"address":"10.0.0.1:40000","clientId":1001}',
  )
  expect(parseRunning('{"active":true,"address":"h:1","cid":1,"new":{}}')).toEqual({
    active: true,
    address: "h:1",
  })
  expect(parseRunning("null")).toBeUndefined()
  expect(parseRunning("{")).toBeUndefined()
})

test("one is active, and when its session ends the other takes over after the protection time", async () => {
  const { space, session, owner } = await opened()
  const [a, b] = [await session(), await session()]
  const first = await running("a:1").take(a, never)
  const waiting = running("b:1", { protection: 30 }).take(b, never)
  expect(await isPending(waiting)).toBe(true)
  space.expire(a)
  expect(first?.ended.aborted).toBe(true)
  expect(first?.state).toBe("lost")
  expect(await owner()).toBeUndefined()
  expect((await waiting)?.state).toBe("connected")
  expect(await owner()).toEqual({ active: true, address: "b:1" })
})

test("a planned release is taken over at once, whatever the protection time", async () => {
  const { session, owner } = await opened()
  const first = await running("a:1").take(await session(), never)
  const waiting = running("b:1", { protection: 3_600_000 }).take(await session(), never)
  expect(await isPending(waiting)).toBe(true)
  await first?.release()
  await waiting
  expect(await owner()).toEqual({ active: true, address: "b:1" })
})

test("who released by an operator's will lets others go first", async () => {
  const { session, owner } = await opened()
  const a = await session()
  const node = running("a:1", { protection: 30 })
  const first = await node.take(a, never)
  const operator = await session()
  await operator.put(path, '{"active":false,"address":"a:1"}')
  await expect.poll(() => first?.ended.aborted).toBe(true)
  expect(node.wasOwner).toBe(false)
  await first?.release()
  expect(await owner()).toBeUndefined()
  const again = node.take(a, never)
  expect(await isPending(again)).toBe(true)
  await again
  expect(await owner()).toEqual({ active: true, address: "a:1" })
})

test("the last owner is back at once, in a new session too, before others' protection time is over", async () => {
  const { space, session, owner } = await opened()
  const [a, b] = [await session(), await session()]
  const node = running("a:1", { protection: 3_600_000 })
  await node.take(a, never)
  const waiting = running("b:1", { protection: 3_600_000 }).take(b, never)
  expect(await isPending(waiting)).toBe(true)
  space.expire(a)
  expect(node.wasOwner).toBe(true)
  await node.take(await session(), never)
  expect(await owner()).toEqual({ active: true, address: "a:1" })
  expect(await isPending(waiting)).toBe(true)
})

test("a node that an operator removes ends the ownership, and the owner may take it again at once", async () => {
  const { session, owner } = await opened()
  const a = await session()
  const node = running("a:1", { protection: 3_600_000 })
  const first = await node.take(a, never)
  await (await session()).remove(path)
  await expect.poll(() => first?.ended.aborted).toBe(true)
  await first?.release()
  expect(await node.take(a, never)).toBeDefined()
  expect(await owner()).toEqual({ active: true, address: "a:1" })
})

test("standing by ends with the signal, and with the session", async () => {
  const { space, session } = await opened()
  await running("a:1").take(await session(), never)
  const b = await session()
  const stop = new AbortController()
  const stopped = running("b:1").take(b, stop.signal)
  const lost = running("b:1").take(b, never)
  expect(await isPending(stopped)).toBe(true)
  stop.abort()
  expect(await stopped).toBeUndefined()
  space.expire(b)
  expect(await lost).toBeUndefined()
})

test("an owner may change what its node says", async () => {
  const { session, owner } = await opened()
  const ownership = await running("10.0.0.1").take(await session(), never)
  await ownership?.rewrite({ active: true, address: "10.0.0.1:4000", clientId: 1001 })
  expect(await owner()).toEqual({ active: true, address: "10.0.0.1:4000", clientId: 1001 })
  expect(ownership?.state).toBe("connected")
})

test("what an operator wrote is not written over, however late it is seen", async () => {
  const { session, owner } = await opened()
  const a = await session()
  const unseen = Promise.withResolvers<void>()
  const late: Coordinator = {
    session: a.session,
    get: (each) => a.get(each),
    children: (each) => a.children(each),
    put: (each, data, options) => a.put(each, data, options),
    remove: (each, options) => a.remove(each, options),
    async *watch(each, options) {
      for await (const node of a.watch(each, options)) {
        if (node !== undefined && parseRunning(node.data)?.active === false) await unseen.promise
        yield node
      }
    },
    [Symbol.asyncDispose]: () => a[Symbol.asyncDispose](),
  }
  const ownership = await running("10.0.0.1").take(late, never)
  await (await session()).put(path, '{"active":false,"address":"10.0.0.1"}')
  await ownership?.rewrite({ active: true, address: "10.0.0.1:4000", clientId: 1001 })
  expect(await owner()).toEqual({ active: false, address: "10.0.0.1" })
  expect(ownership?.ended.aborted).toBe(false)
  unseen.resolve()
  await expect.poll(() => ownership?.ended.aborted).toBe(true)
})
