import { createMemoryCursorStore } from "@canal/cursor-store"
import { decodeAck, decodeHandshake, decodePacket, hashPassword, PacketType } from "@canal/protocol"
import { expect, test } from "vitest"
import { ClientFilters } from "../delivery/client-filters.ts"
import { Delivery } from "../delivery/delivery.ts"
import { EventStore } from "../store/event-store.ts"
import { never, transaction, together } from "../testing/entries.ts"
import { FrameClient } from "../testing/frame-client.ts"
import { entriesOf, readRecordedSession } from "../testing/recorded-session.ts"
import { serving } from "../testing/serving.ts"
import { listen } from "./listener.ts"

/** Error answers differ in the channel and the stack: what counts is the code and the exception's own line. */
function comparable(frame: Buffer | undefined): unknown {
  if (frame === undefined) return "closed"
  const packet = decodePacket(frame.subarray(4))
  if (packet.type === PacketType.ACK) {
    const { errorCode, errorMessage } = decodeAck(packet.body)
    const closing = /exception=(.*)/.exec(errorMessage)?.[1]
    if (closing !== undefined) return { version: packet.version, errorCode, closing }
  }
  return frame.toString("hex")
}

test("a session with Java Canal, replayed, is answered with the same bytes", async () => {
  const steps = readRecordedSession()
  const written = steps.findIndex((step) => step.does === "write-rows")
  const seeds = steps.flatMap((step) => {
    if (step.does !== "server") return []
    const packet = decodePacket(step.frame.subarray(4))
    return packet.type === PacketType.HANDSHAKE ? [decodeHandshake(packet.body).seeds] : []
  })
  const store = new EventStore(1 << 24)
  const delivery = await Delivery.open({
    destination: "shop",
    store,
    cursors: createMemoryCursorStore(),
    source: { host: "localhost", port: 3306 },
    position: async () => ({ file: "binlog.000003", offset: 4, timestamp: 0, serverId: 1, gtid: "" }),
    filters: new ClientFilters(),
    goBack: () => undefined,
  })
  await delivery.subscribe(1001, "", never)
  for (const id of [1, 2, 3]) {
    await store.put(together(transaction(id * 100, 0)), never)
    await delivery.get(1001, { fetchSize: 100, wait: 0, signal: never })
    delivery.acknowledge(1001, id)
  }
  await store.put(together(entriesOf(steps.slice(0, written))), never)

  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    destinations: serving("shop", delivery),
    credentials: { user: "canal", passwordHash: hashPassword("canal") },
    seed: () => seeds.shift() ?? Buffer.alloc(8),
  })
  await using clients = new AsyncDisposableStack()
  clients.defer(() => listener.close())
  let client: FrameClient | undefined
  let answers = 0
  for (const step of steps) {
    switch (step.does) {
      case "connect":
        client = clients.use(await FrameClient.connect(listener.port))
        break
      case "write-rows":
        await store.put(together(entriesOf(steps.slice(written))), never)
        break
      case "client":
        client?.send(step.frame)
        break
      case "server":
        expect(comparable(await client?.frame()), step.text).toEqual(comparable(step.frame))
        answers += 1
        break
      case "closed":
        expect(await client?.frame()).toBeUndefined()
    }
  }
  expect(answers).toBe(steps.filter((step) => step.does === "server").length)
  expect(answers).toBeGreaterThan(40)
}, 20_000)
