import { createHash, randomBytes } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { pipeline, Readable } from "node:stream"
import { array, assert, boolean, integer, property, record } from "fast-check"
import { expect, test } from "vitest"
import { connectReused, ReadMemory } from "./source-stream.ts"
import { watchedChunks } from "./watched-socket.ts"

const step = record({
  /** Of the room there is, in percent. */
  filled: integer({ min: 1, max: 100 }),
  comeBack: integer({ min: 0, max: 4 }),
  kept: array(boolean(), { minLength: 4, maxLength: 4 }),
})

test("what is kept or in use is never written again", () => {
  assert(
    property(array(step, { maxLength: 100 }), (steps) => {
      const memory = new ReadMemory()
      const out: { chunk: Buffer; byte: number }[] = []
      const kept: { chunk: Buffer; byte: number }[] = []
      let byte = 0
      for (const { filled, comeBack, kept: keeps } of steps) {
        const room = memory.room()
        expect(room.length).toBeGreaterThanOrEqual(16 * 1024)
        const length = Math.ceil((room.length * filled) / 100)
        byte = (byte + 1) & 0xff
        room.fill(byte, 0, length)
        const chunk = memory.fill(length)
        expect(chunk.length).toBe(length)
        out.push({ chunk, byte })
        for (let i = 0; i < comeBack; i++) {
          const eldest = out.shift()
          if (eldest === undefined) break
          if (keeps[i] === true) kept.push(eldest)
          memory.giveBack(keeps[i] === true)
        }
        for (const { chunk, byte } of [...out, ...kept])
          expect([chunk[0], chunk.at(-1)]).toEqual([byte, byte])
      }
    }),
  )
})

test("chunks that nobody keeps lie in the same memory again", () => {
  const memory = new ReadMemory()
  const blocks = new Set<ArrayBufferLike>()
  for (let i = 0; i < 1000; i++) {
    const chunk = memory.fill(memory.room().length)
    blocks.add(chunk.buffer)
    memory.giveBack(false)
  }
  expect(blocks.size).toBeLessThanOrEqual(3)
})

test("bytes of a connection come whole and in order, before and after somebody listens", async () => {
  const sent = randomBytes(8 * 2 ** 20)
  const greeting = Buffer.from("hello")
  const server = createServer((socket) => {
    socket.write(greeting)
    socket.once("data", () => pipeline(Readable.from([sent]), socket, () => {}))
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === "string") throw new Error("no port")
  const stream = connectReused("127.0.0.1", address.port)
  const first: unknown[] = await once(stream.socket, "data")
  expect(first).toEqual([greeting])
  stream.socket.removeAllListeners("data").pause()
  stream.socket.write("go")

  const hash = createHash("sha256")
  const kept: { readonly chunk: Buffer; readonly at: number }[] = []
  let at = 0
  const reading = async (): Promise<void> => {
    for await (const chunk of watchedChunks(stream, "source", 10_000, new AbortController().signal)) {
      hash.update(chunk)
      const isKept = kept.length < at / 2 ** 20
      if (isKept) kept.push({ chunk, at })
      at += chunk.length
      // What comes meanwhile lies elsewhere.
      const before = Buffer.from(chunk)
      await new Promise((resolve) => setImmediate(resolve))
      expect(chunk.equals(before)).toBe(true)
      stream.giveBack(isKept)
    }
  }
  await expect(reading()).rejects.toMatchObject({ code: "CONNECTION_LOST" })
  expect(first).toEqual([greeting])
  expect(at).toBe(sent.length)
  expect(hash.digest("hex")).toBe(createHash("sha256").update(sent).digest("hex"))
  expect(kept.length).toBeGreaterThan(3)
  for (const { chunk, at } of kept) expect(chunk.equals(sent.subarray(at, at + chunk.length))).toBe(true)
  server.close()
})
