import { array, assert, integer, property, tuple, uint8Array } from "fast-check"
import { describe, expect, test } from "vitest"
import { IntervalList } from "./interval-list.ts"
import { MariadbGtidSet } from "./mariadb-gtid-set.ts"
import { MysqlGtidSet } from "./mysql-gtid-set.ts"
import { formatPosition, parseGtidSet, parsePosition } from "./parse-position.ts"

const A = "33f5c404-e696-11f1-8605-02fc00000001"
const B = "44f5c404-e696-11f1-8605-02fc00000002"

describe("intervals", () => {
  test("hold exactly the numbers that were added, in the fewest intervals", () => {
    const interval = tuple(integer({ min: 1, max: 60 }), integer({ min: 0, max: 8 }))
    assert(
      property(array(interval, { maxLength: 40 }), (added) => {
        const list = new IntervalList()
        const model = new Set<number>()
        for (const [first, more] of added) {
          list.add(first, first + more)
          for (let n = first; n <= first + more; n++) model.add(n)
        }
        const { bounds } = list
        for (let n = 1; n <= 70; n++) expect(list.contains(n)).toBe(model.has(n))
        for (let i = 2; i < bounds.length; i += 2)
          expect(bounds[i]).toBeGreaterThan((bounds[i - 1] ?? Number.NaN) + 1)
        const all = [...model]
        expect(list.contains(Math.min(...all), Math.max(...all))).toBe(all.length > 0 && bounds.length === 2)
      }),
    )
  })
})

function listOf(intervals: readonly (readonly [number, number])[]): IntervalList {
  const list = new IntervalList()
  for (const [first, more] of intervals) list.add(first, first + more)
  return list
}

test("of intervals another list's are taken away", () => {
  const interval = tuple(integer({ min: 1, max: 60 }), integer({ min: 0, max: 8 }))
  assert(
    property(array(interval, { maxLength: 20 }), array(interval, { maxLength: 20 }), (some, others) => {
      const [list, other] = [listOf(some), listOf(others)]
      const left = list.without(other)
      for (let n = 1; n <= 70; n++) expect(left.contains(n)).toBe(list.contains(n) && !other.contains(n))
      // In the fewest intervals too.
      expect(left.toString()).toBe(
        listOf(
          left.bounds.flatMap((bound, i) =>
            i % 2 === 0 ? [[bound, (left.bounds[i + 1] ?? 0) - bound] as const] : [],
          ),
        ).toString(),
      )
    }),
  )
})

describe("MySQL GTID sets", () => {
  test.each([
    [`${A}:1-10`, `${A}:3-4:7`, `${A}:1-2:5-6:8-10`],
    [`${A}:1-10:tag:1-3`, `${A}:1-10`, `${A}:tag:1-3`],
    [`${A}:1-10:tag:1-3,${B}:5`, `${A}:tag:2`, `${A}:1-10:tag:1:3,${B}:5`],
    [`${A}:1-10`, `${A}:1-20`, ""],
    [`${A}:1-10`, "0-1-7", `${A}:1-10`],
  ])("%s without %s is %s", (set, other, left) => {
    expect(parseGtidSet(set).without(parseGtidSet(other)).toString()).toBe(left)
  })

  test.each([
    ["", ""],
    [`${A}:1`, `${A}:1`],
    [`${A.toUpperCase()}:5-6:1-3:4`, `${A}:1-6`],
    [` ${B}:3 ,\n${A}:1-5:7`, `${A}:1-5:7,${B}:3`],
    [A.replaceAll("-", "") + ":2", `${A}:2`],
    [`${A}:1:Tag_One:1-3:5:other:9`, `${A}:1:other:9:tag_one:1-3:5`],
  ])("%j is read as %j", (text, shown) => {
    const set = MysqlGtidSet.parse(text)
    expect(set.toString()).toBe(shown)
    expect(set.isEmpty).toBe(shown === "")
    const encoded = set.encode()
    expect(MysqlGtidSet.decode(encoded, 0, encoded.length).toString()).toBe(shown)
  })

  test.each([
    A,
    `${A}:`,
    `${A}:0`,
    `${A}:3-1`,
    `${A}:1-2-3`,
    `${A}:tag`,
    `${A}:a:b:1`,
    "x:1",
    `${A}:99999999999999999`,
  ])("%j is refused", (text) => {
    expect(() => MysqlGtidSet.parse(text)).toThrowError(expect.objectContaining({ code: "INVALID_TEXT" }))
  })

  test("are encoded as COM_BINLOG_DUMP_GTID wants it", () => {
    const uuid = A.replaceAll("-", "")
    const one = "0100000000000000"
    expect(MysqlGtidSet.parse(`${A}:1-5`).encode().toString("hex")).toBe(
      `${one}${uuid}${one}${one}0600000000000000`,
    )
    expect(MysqlGtidSet.parse(`${A}:tag:1-5`).encode().toString("hex")).toBe(
      `0101000000000001${uuid}06746167${one}${one}0600000000000000`,
    )
  })

  test("grow by one transaction after the other; a copy does not", () => {
    const set = MysqlGtidSet.parse(`${A}:1-5:7`)
    const before = set.copy()
    expect(set.toString()).toBe(`${A}:1-5:7`)
    set.add({ flavor: "mysql", sourceId: A, tag: "", sequence: 6 })
    set.add({ flavor: "mysql", sourceId: A, tag: "t", sequence: 1 })
    expect(set.toString()).toBe(`${A}:1-7:t:1`)
    expect(before.toString()).toBe(`${A}:1-5:7`)
    expect(set.includes(before)).toBe(true)
    expect(before.includes(set)).toBe(false)
    expect(set.contains({ flavor: "mysql", sourceId: A, tag: "t", sequence: 1 })).toBe(true)
    expect(set.contains({ flavor: "mysql", sourceId: B, tag: "", sequence: 1 })).toBe(false)
    before.addAll(set)
    expect(before.toString()).toBe(set.toString())
  })

  test("whatever is added in whatever order, the text is that of the whole set", () => {
    const gtid = tuple(integer({ min: 0, max: 2 }), integer({ min: 1, max: 30 }))
    assert(
      property(array(gtid, { maxLength: 60 }), (added) => {
        const set = MysqlGtidSet.parse(`${A}:1-3`)
        for (const [which, sequence] of added) {
          const tag = which === 2 ? "t" : ""
          for (const each of [sequence, sequence + 1, sequence + 2])
            set.add({ flavor: "mysql", sourceId: which === 0 ? A : B, tag, sequence: each })
          // A set that was read says its text without having grown.
          expect(set.toString()).toBe(MysqlGtidSet.parse(set.toString()).toString())
          expect(set.contains({ flavor: "mysql", sourceId: which === 0 ? A : B, tag, sequence })).toBe(true)
          expect(MysqlGtidSet.parse(set.toString()).includes(set)).toBe(true)
          expect(set.includes(MysqlGtidSet.parse(set.toString()))).toBe(true)
        }
      }),
    )
  })

  test("any bytes are a set or a BinlogError", () => {
    assert(
      property(uint8Array({ maxLength: 80 }), (bytes) => {
        try {
          MysqlGtidSet.decode(Buffer.from(bytes), 0, bytes.length)
        } catch (error) {
          expect(error).toMatchObject({ name: "BinlogError" })
        }
      }),
    )
  })
})

describe("MariaDB GTID lists", () => {
  test("hold the last transaction of each domain", () => {
    const set = MariadbGtidSet.parse("5-2-30, 0-1-7")
    expect(set.toString()).toBe("0-1-7,5-2-30")
    set.add({ flavor: "mariadb", domain: 0, serverId: 9, sequence: 8 })
    expect(set.toString()).toBe("0-9-8,5-2-30")
    expect(set.contains({ flavor: "mariadb", domain: 0, serverId: 1, sequence: 7 })).toBe(true)
    expect(set.includes(MariadbGtidSet.parse("5-2-31"))).toBe(false)
  })

  test("lose the domains in which another list is as far", () => {
    const left = MariadbGtidSet.parse("0-1-7,1-1-5,2-1-1").without(MariadbGtidSet.parse("0-1-7,1-1-4"))
    expect(left.toString()).toBe("1-1-5,2-1-1")
  })

  test.each(["0-1", "0-1-2-3", "0-1-7,0-2-8", "4294967296-1-1", "a-1-1"])("%j is refused", (text) => {
    expect(() => MariadbGtidSet.parse(text)).toThrowError(expect.objectContaining({ code: "INVALID_TEXT" }))
  })
})

test("a set does not take a transaction of the other flavour", () => {
  expect(() => new MariadbGtidSet().add({ flavor: "mysql", sourceId: A, tag: "", sequence: 1 })).toThrow(
    TypeError,
  )
  expect(() => new MysqlGtidSet().add({ flavor: "mariadb", domain: 0, serverId: 1, sequence: 1 })).toThrow(
    TypeError,
  )
})

describe("positions", () => {
  test.each(["binlog.000001:4", "mysql-bin.1.000002:99999999999", "0-1-7", `${A}:1-5`])(
    "%s and back",
    (text) => {
      expect(formatPosition(parsePosition(text))).toBe(text)
    },
  )

  test("the flavour is told by the look", () => {
    expect(parseGtidSet("0-1-7").flavor).toBe("mariadb")
    expect(parseGtidSet(`${A}:1`).flavor).toBe("mysql")
    expect(parseGtidSet("").isEmpty).toBe(true)
  })

  test.each(["", "binlog.000001", "binlog.000001:", "a/b:4", ":4", "binlog:-1"])("%j is refused", (text) => {
    expect(() => parsePosition(text)).toThrowError(expect.objectContaining({ code: "INVALID_TEXT" }))
  })
})
