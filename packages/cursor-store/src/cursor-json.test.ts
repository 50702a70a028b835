import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { formatMetaData, parseMetaData } from "./cursor-json.ts"
import { cursorAt } from "./testing/cursor-store-contract.ts"

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
