import { expect, test } from "vitest"
import { JuteReader } from "./jute-reader.ts"
import { JuteWriter } from "./jute-writer.ts"
import { readConnectResponse, readMultiCode, readReplyHeader, readWatcherEvent } from "./replies.ts"
import * as requests from "./requests.ts"

const data = Buffer.from("d")
const longs = "0000000000000000"

test("a session is asked for, and gone on with", () => {
  const first = new JuteWriter()
  requests.writeConnect(first, 0n, 20_000)
  expect(hex(first)).toBe(hex(`0000002d 00000000 ${longs} 00004e20 ${longs} 00000010 ${longs}${longs} 00`))
  const again = new JuteWriter()
  const identity = { id: 0x1000_0000_0000_0001n, password: Buffer.alloc(16, 0xab) }
  requests.writeConnect(again, 0x2_0000_0003n, 20_000, identity)
  expect(hex(again)).toBe(
    hex(`0000002d 00000000 0000000200000003 00004e20 1000000000000001 00000010 ${"ab".repeat(16)} 00`),
  )
})

test.each([
  [requests.sync(), 9, "00000001 2f"],
  [requests.exists("/a", true), 3, "00000002 2f61 01"],
  [requests.getData("/a"), 4, "00000002 2f61 00"],
  [requests.getChildren("/a"), 8, "00000002 2f61 00"],
  [
    requests.create("/a", data, true),
    15,
    "00000002 2f61 00000001 64 00000001 0000001f 00000005 776f726c64 00000006 616e796f6e65 00000001",
  ],
  [requests.setData("/a", data, 7), 5, "00000002 2f61 00000001 64 00000007"],
  [requests.deleteNode("/a", -1), 2, "00000002 2f61 ffffffff"],
  [requests.auth("u:p"), 100, "00000000 00000006 646967657374 00000003 753a70"],
  [requests.closeSession(), -11, ""],
  [
    requests.multi([requests.check("/a", 3), requests.deleteNode("/b", -1)]),
    14,
    "0000000d 00 ffffffff 00000002 2f61 00000003 00000002 00 ffffffff 00000002 2f62 ffffffff ffffffff 01 ffffffff",
  ],
])("request %#", ({ op, write }, code, bytes) => {
  const writer = new JuteWriter()
  write(writer)
  expect(op).toBe(code)
  expect(hex(writer).slice(8)).toBe(hex(bytes))
})

const stat =
  "0020000000000001 0000000000000002 0000019a00000000 0000000000000004 00000005 00000006 00000007" +
  " f000000000000001 00000009 0000000a 000000000000000b"
const readStat = {
  czxid: 0x20_0000_0000_0001n,
  ctime: 0x19a_0000_0000n,
  version: 5,
  ephemeralOwner: -0xfff_ffff_ffff_ffffn,
}

test("answers are read, with no number rounded", () => {
  expect(requests.exists("/a", false).read(bytes(stat))).toEqual(readStat)
  expect(requests.setData("/a", data, 0).read(bytes(stat))).toEqual(readStat)
  expect(requests.create("/a", data, false).read(bytes(`00000002 2f61 ${stat}`))).toEqual(readStat)
  expect(requests.getData("/a").read(bytes(`00000002 c3bc ${stat}`))).toEqual({ data: "ü", stat: readStat })
  expect(requests.getData("/a").read(bytes(`ffffffff ${stat}`)).data).toBe("")
  expect(requests.getChildren("/a").read(bytes("00000002 00000001 61 00000001 62"))).toEqual(["a", "b"])
  expect(readReplyHeader(bytes("fffffffc 0020000000000001 ffffff8d"))).toEqual({
    xid: -4,
    zxid: 0x20_0000_0000_0001n,
    code: -115,
  })
})

test("an opened session is read, of servers before 3.4 as well", () => {
  const opened = `00000000 00001770 f000000000000001 00000010 ${"cd".repeat(16)}`
  const expected = {
    timeout: 6000,
    identity: { id: -0xfff_ffff_ffff_ffffn, password: Buffer.alloc(16, 0xcd) },
  }
  expect(readConnectResponse(bytes(opened))).toEqual(expected)
  expect(readConnectResponse(bytes(`${opened}00`))).toEqual(expected)
})

test("an event names the node that changed, and one of the connection none", () => {
  expect(readWatcherEvent(bytes("00000003 00000003 00000002 2f61"))).toBe("/a")
  expect(readWatcherEvent(bytes("ffffffff 00000000 00000000"))).toBeUndefined()
})

test("of a multi the code of the one that failed is read", () => {
  const done = "ffffffff 01 ffffffff"
  expect(readMultiCode(bytes(`0000000d 00 00000000 00000002 00 00000000 ${done}`))).toBe(0)
  expect(
    readMultiCode(
      bytes(
        `ffffffff 00 00000000 00000000 ffffffff 00 ffffff91 ffffff91 ffffffff 00 fffffffe fffffffe ${done}`,
      ),
    ),
  ).toBe(-111)
})

function bytes(text: string): JuteReader {
  return new JuteReader(Buffer.from(hex(text), "hex"))
}

function hex(from: JuteWriter | string): string {
  return typeof from === "string" ? from.replaceAll(" ", "") : from.frame().toString("hex")
}
