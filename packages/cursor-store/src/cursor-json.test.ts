import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { formatCursor, formatMetaData, parseCursor, parseMetaData } from "./cursor-json.ts"
import { cursorAt } from "./testing/cursor-store-contract.ts"
import { recordedNodes } from "./testing/recorded-nodes.ts"

const recorded = (name: string) =>
  readFileSync(new URL(`../../../fixtures/recordings/${name}/meta.dat`, import.meta.url), "utf8")

test.each(["types-mysql", "gtid-mysql"])("what Canal wrote is read and written the same: %s", (name) => {
  const text = recorded(name)
  expect(formatMetaData("example", parseMetaData(text))).toBe(text)
})

test("reads every member", () => {
  expect(parseMetaData(recorded("types-mysql"))).toEqual([
    {
      subscription: { clientId: 1001, filter: "" },
      cursor: {
        file: "binlog.000008",
        offset: 93_851,
        included: false,
        timestamp: 1_795_363_150_000,
        serverId: 33_971,
        gtid: "",
        source: { host: "localhost", port: 33_971 },
      },
    },
  ])
})

test("a client without a cursor and a host that is not known are left out", () => {
  const text = formatMetaData("example", [
    { subscription: { clientId: 1, filter: "" }, cursor: undefined },
    {
      subscription: { clientId: 2, filter: "" },
      cursor: cursorAt(4, { source: { host: undefined, port: 1 } }),
    },
  ])
  expect(text).toContain(`{"clientIdentity":{"clientId":1,"destination":"example","filter":""}}`)
  expect(text).toContain(`"sourceAddress":{"port":1}`)
  expect(parseMetaData(text)[1]?.cursor?.source).toEqual({ host: undefined, port: 1 })
})

test("unknown members, a null and the other spelling are tolerated", () => {
  const [client] = parseMetaData(
    `{"x":1,"clientDatas":[{"clientIdentity":{"clientId":5,"filter":null},"cursor":{"@type":"x","identity":null,` +
      `"postition":{"journalName":"b.1","position":4,"timestamp":null,"serverId":null,"new":true}}}]}`,
  )
  expect(client?.subscription).toEqual({ clientId: 5, filter: "" })
  expect(client?.cursor).toMatchObject({ file: "b.1", offset: 4, timestamp: 0, serverId: 0, gtid: "" })
})

test.each([
  ["", /JSON/],
  ["\0\0\0", /JSON/],
  ["[]", /clientDatas/],
  [`{"clientDatas":[{}]}`, /clientId is missing/],
  [`{"clientDatas":[{"clientIdentity":{"clientId":1},"cursor":{}}]}`, /journalName/],
  [
    `{"clientDatas":[{"clientIdentity":{"clientId":1},"cursor":{"postion":{"journalName":"b","position":"4"}}}]}`,
    /position/,
  ],
])("refuses %j", (text, message) => {
  expect(() => parseMetaData(text)).toThrow(message)
})

const recordedCursors = ["3-two-clients-after-acks", "4-after-failover"].flatMap((name) =>
  [...recordedNodes(name)].filter(([path]) => path.endsWith("/cursor")).map(([, data]) => data),
)

test("a cursor of a node that Canal wrote is read and written the same", () => {
  expect(recordedCursors).toHaveLength(2)
  for (const data of recordedCursors) expect(formatCursor(parseCursor(data))).toBe(data)
})

test("a cursor's type comes first, and what only we know last", () => {
  expect(formatCursor(cursorAt(4, { complete: false, gtid: "a:1-3" }))).toBe(
    `{"@type":"com.alibaba.otter.canal.protocol.position.LogPosition","identity":{"slaveId":-1,"sourceAddress":` +
      `{"address":"localhost","port":3306}},"postion":{"gtid":"a:1-3","included":false,"journalName":` +
      `"mysql-bin.000002","position":4,"serverId":1,"timestamp":1700000000000,"complete":false}}`,
  )
})

test.each([
  `{"@type":"com.alibaba.otter.canal.protocol.postion.LogPosition","identity":{"slaveId":-1,"sourceAddress":` +
    `{"address":null,"port":3306}},"postion":{"journalName":"b.1","position":4,"timestamp":5,"new":[]}}`,
  `{"postition":{"journalName":"b.1","position":4,"timestamp":5,"gtid":null},"identity":{"sourceAddress":{"port":3306}}}`,
  `{"position":{"journalName":"b.1","position":4,"timestamp":5},"identity":{"sourceAddress":{"port":3306},"x":1},"y":2}`,
])("a cursor is read leniently: %s", (text) => {
  expect(parseCursor(text)).toEqual({
    file: "b.1",
    offset: 4,
    included: false,
    timestamp: 5,
    serverId: 0,
    gtid: "",
    source: { host: undefined, port: 3306 },
  })
})

test.each(["", "null", "{}", "x", `{"postion":{"journalName":"b.1"}}`])("%j is no cursor", (text) => {
  expect(() => parseCursor(text)).toThrow(Error)
})
