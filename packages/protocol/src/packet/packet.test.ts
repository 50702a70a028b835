import { readFileSync } from "node:fs"
import * as fc from "fast-check"
import protobuf from "protobufjs"
import { describe, expect, test } from "vitest"
import { ProtocolError } from "../errors.ts"
import { decodeEntry, type Entry } from "../entry/entry.ts"
import { recordedPackets } from "../testing/recordings.ts"
import { decodeAck, encodeAck } from "./ack.ts"
import { decodeClientAck, encodeClientAck } from "./client-ack.ts"
import { decodeClientAuth, encodeClientAuth } from "./client-auth.ts"
import { decodeClientRollback, encodeClientRollback } from "./client-rollback.ts"
import { decodeGet, encodeGet, getTimeoutMilliseconds } from "./get.ts"
import { decodeHandshake, encodeHandshake } from "./handshake.ts"
import { decodeEntries, decodeMessages, encodeNoMessages } from "./messages.ts"
import { entryHeadSize, messagesFrame, putEntryHead } from "./messages-frame.ts"
import { decodePacket, PacketType, packetTypeName } from "./packet.ts"
import { decodeSub, encodeSub } from "./sub.ts"
import { decodeUnsub, encodeUnsub } from "./unsub.ts"

/** Reads a body and writes the frame again. */
const again: Readonly<Record<number, (body: Buffer) => Buffer>> = {
  [PacketType.HANDSHAKE]: (body) => encodeHandshake(decodeHandshake(body)),
  [PacketType.CLIENTAUTHENTICATION]: (body) => encodeClientAuth(decodeClientAuth(body)),
  [PacketType.ACK]: (body) => encodeAck(decodeAck(body)),
  [PacketType.SUBSCRIPTION]: (body) => encodeSub(decodeSub(body)),
  [PacketType.UNSUBSCRIPTION]: (body) => encodeUnsub(decodeUnsub(body)),
  [PacketType.GET]: (body) => encodeGet(decodeGet(body)),
  [PacketType.MESSAGES]: (body) => {
    const { batchId, entries } = decodeMessages(body)
    return entries.length === 0
      ? encodeNoMessages()
      : Buffer.concat(messagesFrame(batchId, entries.map(behindHead)))
  },
  [PacketType.CLIENTACK]: (body) => encodeClientAck(decodeClientAck(body)),
  [PacketType.CLIENTROLLBACK]: (body) => encodeClientRollback(decodeClientRollback(body)),
}

describe.each(["session.txt", "session-not-acked-first.txt"])("recorded %s", (file) => {
  test("every packet is read and written again as the same bytes", () => {
    let seen = 0
    for (const { frame, says } of recordedPackets(file)) {
      if (says === "garbage") continue
      const packet = decodePacket(frame.subarray(4))
      const write = again[packet.type]
      if (write === undefined) {
        expect(packet.type).toBe(PacketType.HEARTBEAT)
        continue
      }
      expect(write(packet.body).toString("hex"), says).toBe(frame.toString("hex"))
      expect(says.startsWith(packetTypeName(packet.type)), says).toBe(true)
      seen++
    }
    expect(seen).toBeGreaterThan(50)
  })

  test("and they mean what the recorder says", () => {
    for (const { frame, says } of recordedPackets(file)) {
      if (says === "garbage") continue
      const { type, body, version } = decodePacket(frame.subarray(4))
      if (type === PacketType.MESSAGES) {
        const { batchId, entries } = decodeMessages(body)
        expect(says).toBe(`MESSAGES version=${version ?? 0} batch_id=${batchId} messages=${entries.length}`)
      }
      if (type === PacketType.MESSAGES) {
        const { batchId, entries } = decodeMessages(body)
        const decoded = { batchId, entries: entries.map(decodeEntry).map(plain) }
        const atOnce = decodeEntries(body)
        expect({ ...atOnce, entries: atOnce.entries.map(plain) }).toEqual(decoded)
      }
      if (type === PacketType.ACK) {
        const { errorCode, errorMessage } = decodeAck(body)
        expect(says.includes("error_code: 400")).toBe(errorCode === 400)
        expect(says.includes("error_message")).toBe(errorMessage !== "")
      }
      if (type === PacketType.GET) {
        const get = decodeGet(body)
        expect(says).toBe(
          `GET destination: "${get.destination}" client_id: "${get.clientId}" fetch_size: ${get.fetchSize} timeout: ${get.timeout} unit: ${get.unit} auto_ack: ${get.autoAck}`,
        )
      }
    }
  })
})

/** A serialized entry as it stands in a batch. */
function behindHead(entry: Buffer): Buffer {
  const part = Buffer.alloc(entryHeadSize(entry.length) + entry.length)
  entry.copy(part, putEntryHead(part, 0, entry.length))
  return part
}

test("large parts are passed on without a copy, small ones are copied together", () => {
  const entries = [1, 100_000, 300, 0, 3_000_000, 20_000].map((length) => Buffer.alloc(length, length % 7))
  const [a, large, b, c, ...larger] = entries.map(behindHead)
  const together = Buffer.concat(larger)
  const pieces = messagesFrame(
    2n ** 62n,
    [a, large, b, c, together].map((part) => part ?? Buffer.alloc(0)),
  )
  expect(pieces.filter((piece) => piece === large || piece === together)).toHaveLength(2)
  expect(pieces).toHaveLength(4)
  const whole = Buffer.concat(pieces)
  expect(whole.readInt32BE()).toBe(whole.length - 4)
  expect(decodeMessages(decodePacket(whole.subarray(4)).body)).toEqual({ batchId: 2n ** 62n, entries })
})

test("64-bit numbers stay exact", () => {
  for (const id of [0, 1, 127, 128, 2 ** 31, 2 ** 49 - 1, 2 ** 49, 2 ** 53 - 1, -1, -(2 ** 53) + 1]) {
    expect(written(id)).toBe(id)
  }
  for (const id of [2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)]) expect(written(id)).toBe(id)
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (id) => {
      expect(BigInt(written(id))).toBe(id)
    }),
  )
})

test("what a GET's timeout means", () => {
  const get = { destination: "", clientId: "", fetchSize: 1, autoAck: undefined }
  expect(getTimeoutMilliseconds({ ...get, timeout: -1, unit: -1 })).toBe(0)
  expect(getTimeoutMilliseconds({ ...get, timeout: 0, unit: 2 })).toBe(Infinity)
  expect(getTimeoutMilliseconds({ ...get, timeout: undefined, unit: 2 })).toBe(Infinity)
  expect(getTimeoutMilliseconds({ ...get, timeout: 300, unit: 2 })).toBe(300)
  expect(getTimeoutMilliseconds({ ...get, timeout: 3, unit: 3 })).toBe(3000)
  expect(getTimeoutMilliseconds({ ...get, timeout: 3, unit: 99 })).toBe(3)
  expect(getTimeoutMilliseconds({ ...get, timeout: 1_000_000, unit: undefined })).toBe(1)
})

test("random bytes give the value or ProtocolError, never anything else", () => {
  const readers: readonly ((body: Buffer) => unknown)[] = [decodePacket, ...Object.values(again)]
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      for (const read of readers) {
        try {
          read(Buffer.from(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError)
        }
      }
    }),
  )
})

test("every packet cut at each length is refused or a shorter message, and a flipped bit never crashes", () => {
  for (const { frame } of recordedPackets("session.txt").filter((each) => each.frame.length < 400)) {
    for (let length = 0; length < frame.length - 4; length++) {
      const cut = Buffer.from(frame.subarray(4, 4 + length))
      expectReadable(cut)
      const flipped = Buffer.from(frame.subarray(4))
      flipped[length] = (flipped[length] ?? 0) ^ (1 << (length % 8))
      expectReadable(flipped)
    }
  }
})

test("the proto file says the same", () => {
  const source = readFileSync(new URL("../../proto/CanalProtocol.proto", import.meta.url), "utf8")
  const { root } = protobuf.parse(source, { keepCase: true })
  const get = root.lookupType("Get")
  const oracle = get.encode({
    destination: "d",
    client_id: "7",
    fetch_size: 9,
    timeout: 5,
    unit: 0,
    auto_ack: false,
  })
  const ours = encodeGet({
    destination: "d",
    clientId: "7",
    fetchSize: 9,
    timeout: 5,
    unit: 0,
    autoAck: false,
  })
  expect(decodePacket(ours.subarray(4)).body.toString("hex")).toBe(
    Buffer.from(oracle.finish()).toString("hex"),
  )
  expect(root.lookupEnum("PacketType").values).toEqual({ PACKAGETYPECOMPATIBLEPROTO2: 0, ...PacketType })
})

function expectReadable(bytes: Buffer): void {
  try {
    const packet = decodePacket(bytes)
    again[packet.type]?.(packet.body)
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError)
  }
}

/** A batch id after its way over the wire. */
function written(batchId: number | bigint): number | bigint {
  const frame = encodeClientAck({ destination: "d", clientId: "1", batchId })
  return decodeClientAck(decodePacket(frame.subarray(4)).body).batchId
}

function plain({ header, entryType, storeValue }: Entry): Entry {
  return { header, entryType, storeValue }
}
