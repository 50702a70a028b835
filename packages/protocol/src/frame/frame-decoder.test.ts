import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { ProtocolError } from "../errors.ts"
import { FrameDecoder, type FrameDecoderOptions } from "./frame-decoder.ts"
import { type Frame, FrameReader } from "./frame-reader.ts"

const frame = (packet: Uint8Array): Buffer => {
  const head = Buffer.alloc(4)
  head.writeInt32BE(packet.length)
  return Buffer.concat([head, packet])
}

/** A reader into whose memory chunks are copied, as a socket would put them there. */
class CopyingReader extends FrameReader {
  frames(chunk: Buffer): readonly Frame[] {
    const frames: Frame[] = []
    for (let at = 0; at < chunk.length;) {
      const taken = chunk.copy(this.space, 0, at)
      frames.push(...this.read(taken))
      at += taken
    }
    return chunk.length === 0 ? this.read(0) : frames
  }

  push(chunk: Buffer): readonly Buffer[] {
    return this.frames(chunk).map(({ packet }) => packet)
  }
}

const kinds: readonly (readonly [
  string,
  new (options: FrameDecoderOptions) => FrameDecoder | CopyingReader,
])[] = [
  ["pieces", FrameDecoder],
  ["memory of its own", CopyingReader],
]

describe.each(kinds)("a stream in %s", (_, Frames) => {
  test("whatever the stream's splits, the packets come out whole and in order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 12 }),
        fc.array(fc.nat({ max: 60 }), { maxLength: 30 }),
        (packets, cuts) => {
          const stream = Buffer.concat(packets.map(frame))
          const decoder = new Frames({ maxLength: 40 })
          const seen: Buffer[] = []
          let at = 0
          for (const cut of cuts) {
            seen.push(...decoder.push(Buffer.from(stream.subarray(at, at + cut))))
            at = Math.min(stream.length, at + cut)
          }
          seen.push(...decoder.push(Buffer.from(stream.subarray(at))))
          expect(seen.map((each) => each.toString("hex"))).toEqual(
            packets.map((each) => Buffer.from(each).toString("hex")),
          )
          expect(decoder.buffered).toBe(0)
        },
      ),
    )
  })

  test("byte by byte", () => {
    const decoder = new Frames({ maxLength: 5 })
    const seen: string[] = []
    for (const byte of Buffer.concat([
      frame(Buffer.from("hello")),
      frame(Buffer.alloc(0)),
      frame(Buffer.from("x")),
    ])) {
      for (const packet of decoder.push(Buffer.of(byte))) seen.push(packet.toString())
    }
    expect(seen).toEqual(["hello", "", "x"])
  })

  test("a large frame in the smallest pieces comes out whole, and takes little more memory than its bytes", () => {
    const length = 1 << 18
    const packet = Buffer.from(Uint8Array.from({ length }, (_, i) => i % 251))
    const decoder = new Frames({ maxLength: length })
    const bytes = frame(packet)
    setFlagsFromString("--expose-gc")
    runInNewContext("gc()")
    const before = process.memoryUsage()
    let early = 0
    for (const byte of bytes.subarray(0, -1))
      early += decoder.push(Buffer.from(Uint8Array.of(byte).buffer)).length
    runInNewContext("gc()")
    const after = process.memoryUsage()
    expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(16 * length)
    expect(early).toBe(0)
    expect(decoder.push(bytes.subarray(-1))[0]?.equals(packet)).toBe(true)
  })

  test.each([
    ["negative", "ffffffff"],
    ["2 GB", "7fffffff"],
    ["one too many", "00000006"],
  ])("a length that is %s is refused before anything is kept, in one piece or byte by byte", (_, hex) => {
    const header = Buffer.from(hex, "hex")
    const whole = new Frames({ maxLength: 5 })
    expect(() => whole.push(header)).toThrow(expect.objectContaining({ code: "FRAME_TOO_LARGE" }))
    expect(whole.buffered).toBe(0)
    expect(() => whole.push(Buffer.from("more"))).toThrow(ProtocolError)

    const split = new Frames({ maxLength: 5 })
    for (const byte of header.subarray(0, 3)) split.push(Buffer.of(byte))
    expect(() => split.push(header.subarray(3))).toThrow(expect.objectContaining({ code: "FRAME_TOO_LARGE" }))
    expect(split.buffered).toBe(0)
  })

  test("packets before a refused length in the same chunk are lost with the connection", () => {
    const decoder = new Frames({ maxLength: 5 })
    expect(() =>
      decoder.push(Buffer.concat([frame(Buffer.from("ok")), Buffer.from("80000000", "hex")])),
    ).toThrow(ProtocolError)
  })
})

test("room for a frame is made at once if one as long has come, and for no longer one", () => {
  const MANY = 3_000_000
  const reader = new CopyingReader({ maxLength: 1 << 30 })
  const before = reader.space.length
  const announce = (length: number): Buffer => frame(Buffer.alloc(length)).subarray(0, 100)
  reader.push(announce(MANY))
  expect(reader.space.length).toBeLessThan(before)
  expect(reader.push(frame(Buffer.alloc(MANY, 7)).subarray(100))).toEqual([
    Buffer.concat([Buffer.alloc(96), Buffer.alloc(MANY - 96, 7)]),
  ])
  reader.push(announce(MANY))
  expect(reader.space.length).toBe(MANY + 4 - 100)
  expect(reader.push(frame(Buffer.alloc(MANY, 8)).subarray(100)).length).toBe(1)
  reader.push(announce(20 * MANY))
  expect(reader.space.length).toBeLessThan(2 * MANY)
  const packets = Array.from({ length: 50 }, (_, i) => Buffer.alloc((i * 104_729) % MANY, i))
  const stream = Buffer.concat(packets.map(frame))
  const splitting = new CopyingReader({ maxLength: 1 << 30 })
  const seen: Buffer[] = []
  for (let at = 0; at < stream.length; at += 65_537)
    seen.push(...splitting.push(stream.subarray(at, at + 65_537)))
  expect(seen.map((each, i) => each.equals(packets[i] ?? each))).toEqual(packets.map(() => true))
})

test("packets stay as they are until they are released, in whatever order", () => {
  const step = fc.record({
    length: fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 400_000 })),
    /** Which of the packets that are held are released behind it. */
    released: fc.array(fc.nat()),
    cut: fc.integer({ min: 1, max: 300_000 }),
  })
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 40 }), (steps) => {
      const reader = new CopyingReader({ maxLength: 1 << 30 })
      const held: { frame: Frame; wanted: Buffer }[] = []
      for (const [i, { length, released, cut }] of steps.entries()) {
        const wanted = Buffer.alloc(length, i + 1)
        const stream = frame(wanted)
        const frames = [...reader.frames(stream.subarray(0, cut)), ...reader.frames(stream.subarray(cut))]
        held.push(...frames.map((each) => ({ frame: each, wanted })))
        for (const which of released) {
          const [out] = held.splice(which % Math.max(1, held.length), 1)
          out?.frame.release()
          out?.frame.release()
        }
        for (const each of held) expect(each.frame.packet.equals(each.wanted)).toBe(true)
      }
    }),
    { numRuns: 30 },
  )
})

test("memory of released packets is used again, up to 8 MiB of it", () => {
  const LENGTH = 1_000_000
  const reader = new CopyingReader({ maxLength: 1 << 30 })
  const memory = new Set<ArrayBufferLike>()
  const pass = (count: number): readonly Frame[] =>
    Array.from({ length: count }, () => reader.frames(frame(Buffer.alloc(LENGTH)))).flat()
  const releaseAll = (frames: readonly Frame[]): void => {
    for (const { packet, release } of frames) {
      memory.add(packet.buffer)
      release()
    }
  }
  releaseAll(pass(3))
  memory.clear()
  for (let i = 0; i < 50; i++) releaseAll(pass(1))
  expect(memory.size).toBeLessThanOrEqual(3)
  memory.clear()
  releaseAll(pass(50))
  expect(memory.size).toBe(50)
  const known = new Set(memory)
  const again = pass(50).filter(({ packet }) => known.has(packet.buffer))
  expect(again.length).toBeGreaterThan(4)
  expect(again.length).toBeLessThan(10)
})
