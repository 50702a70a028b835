import { ByteReader } from "../bytes/byte-reader.ts"
import { readVarlen } from "../bytes/varlen.ts"
import { BinlogError } from "../errors.ts"
import type { GtidSet } from "./gtid-set.ts"
import type { Gtid, MysqlGtid } from "./gtid.ts"
import { IntervalList } from "./interval-list.ts"
import { formatUuid, normalUuid } from "./uuid.ts"

/** What one server (and tag) has given numbers to. `key` is `uuid` or `uuid:tag`. */
interface Member {
  readonly sourceId: string
  readonly tag: string
  readonly intervals: IntervalList
  text: string | undefined
}

const TAG = /^[a-z_][a-z0-9_]{0,31}$/
const INTERVAL = /^(\d+)(?:-(\d+))?$/
const LATEST = Number.MAX_SAFE_INTEGER - 1

/** A MySQL GTID set, e.g. `uuid:1-5:7:tag:1-3,uuid2:3`: per server and tag the exact intervals. */
export class MysqlGtidSet implements GtidSet {
  readonly flavor = "mysql"
  readonly #members = new Map<string, Member>()
  /** Members in the order of their text, made anew when one comes in. */
  #order: readonly Member[] | undefined
  #text: string | undefined
  /** The member that took the last transaction in. */
  #grown: Member | undefined
  /** The text around that member's last number, as long as only that one grows. */
  #frame: { readonly before: string; readonly after: string } | undefined

  get isEmpty(): boolean {
    return this.#members.size === 0
  }

  /** Reads a set as text: white space is allowed, `""` is the empty set, other text is refused with `INVALID_TEXT`. */
  static parse(text: string): MysqlGtidSet {
    const set = new MysqlGtidSet()
    for (const part of text.split(",")) {
      const trimmed = part.trim()
      if (trimmed !== "") set.#parseMember(trimmed, text)
    }
    return set
  }

  /**
   * Reads an encoded set. Layout: 8 count of members; or with tags: 1 (1) · 6 count · 1 (1). Per member: 16 UUID · with
   * tags a tag, its length as varlen and its bytes · 8 count of intervals · per interval 8 first, 8 behind the last.
   */
  static decode(bytes: Buffer, start: number, end: number): MysqlGtidSet {
    const reader = new ByteReader(bytes, start, end, "GTID set")
    const low = reader.uint8()
    const middle = reader.uint48()
    const format = reader.uint8()
    if (format > 1) throw reader.malformed(`the format ${format}`)
    const count = format === 1 ? middle : low + middle * 256
    const set = new MysqlGtidSet()
    for (let i = 0; i < count; i++) {
      const sourceId = formatUuid(bytes, reader.take(16))
      const tag = format === 1 ? reader.latin1(readVarlen(reader)) : ""
      const intervals = reader.count64()
      for (let j = 0; j < intervals; j++) {
        const first = reader.count64()
        const behind = reader.count64()
        if (first < 1 || behind <= first) throw reader.malformed(`the interval ${first} to ${behind}`)
        set.#member(sourceId, tag).intervals.add(first, behind - 1)
      }
    }
    return set
  }

  /** The encoded set, in the layout that `decode` reads; with tags only where there are any. */
  encode(): Buffer {
    const members = this.#sorted()
    const tagged = members.some((member) => member.tag !== "")
    const size = members.reduce(
      (sum, { tag, intervals }) => sum + 24 + (tagged ? 1 + tag.length : 0) + intervals.bounds.length * 8,
      8,
    )
    const bytes = Buffer.alloc(size)
    if (tagged) {
      bytes[0] = 1
      bytes.writeUIntLE(members.length, 1, 6)
      bytes[7] = 1
    } else bytes.writeUIntLE(members.length, 0, 6)
    let at = 8
    for (const { sourceId, tag, intervals } of members) {
      at += bytes.write(sourceId.replaceAll("-", ""), at, "hex")
      if (tagged) {
        bytes[at++] = tag.length << 1
        at += bytes.write(tag, at, "latin1")
      }
      at = bytes.writeBigUInt64LE(BigInt(intervals.bounds.length / 2), at)
      intervals.bounds.forEach((bound, i) => {
        at = bytes.writeBigUInt64LE(BigInt(bound + (i & 1)), at)
      })
    }
    return bytes
  }

  add(gtid: Gtid): void {
    const { sourceId, tag, sequence } = mysql(gtid)
    const member = this.#member(sourceId, tag)
    if (member !== this.#grown || member.intervals.last !== sequence - 1) this.#frame = undefined
    this.#grown = member
    member.intervals.add(sequence, sequence)
    member.text = undefined
    this.#text = undefined
  }

  /** Takes all transactions of another set in. */
  addAll(other: MysqlGtidSet): void {
    for (const { sourceId, tag, intervals } of other.#members.values()) {
      const member = this.#member(sourceId, tag)
      const { bounds } = intervals
      for (let i = 0; i < bounds.length; i += 2) member.intervals.add(bounds[i] ?? 0, bounds[i + 1] ?? 0)
      member.text = undefined
    }
    this.#frame = undefined
    this.#text = undefined
  }

  contains(gtid: Gtid): boolean {
    const { sourceId, tag, sequence } = mysql(gtid)
    return this.#members.get(keyOf(sourceId, tag))?.intervals.contains(sequence) ?? false
  }

  includes(other: GtidSet): boolean {
    if (!(other instanceof MysqlGtidSet)) return other.isEmpty
    for (const [key, { intervals }] of other.#members)
      if (this.#members.get(key)?.intervals.includes(intervals) !== true) return false
    return true
  }

  without(other: GtidSet): MysqlGtidSet {
    if (!(other instanceof MysqlGtidSet)) return this.copy()
    const set = new MysqlGtidSet()
    for (const [key, { sourceId, tag, intervals }] of this.#members) {
      const taken = other.#members.get(key)?.intervals
      const left = taken === undefined ? intervals.copy() : intervals.without(taken)
      if (left.bounds.length > 0) set.#members.set(key, { sourceId, tag, intervals: left, text: undefined })
    }
    return set
  }

  copy(): MysqlGtidSet {
    const set = new MysqlGtidSet()
    for (const [key, member] of this.#members)
      set.#members.set(key, { ...member, intervals: member.intervals.copy() })
    set.#text = this.#text
    return set
  }

  toString(): string {
    this.#text ??= this.#frame === undefined ? this.#textOfMembers() : this.#textInFrame(this.#frame)
    return this.#text
  }

  /** Costs the same however large the set is. */
  #textInFrame({ before, after }: { readonly before: string; readonly after: string }): string {
    return `${before}${this.#grown?.intervals.last ?? ""}${after}`
  }

  #textOfMembers(): string {
    let text = ""
    let sourceId = ""
    let grownTo = 0
    for (const member of this.#sorted()) {
      member.text ??= (member.tag === "" ? "" : `${member.tag}:`) + member.intervals.toString()
      if (member.sourceId === sourceId) text += `:${member.text}`
      else text += `${text === "" ? "" : ","}${member.sourceId}:${member.text}`
      sourceId = member.sourceId
      if (member === this.#grown) grownTo = text.length
    }
    if (this.#grown?.intervals.endsInRange === true) {
      const before = text.slice(0, grownTo - String(this.#grown.intervals.last).length)
      this.#frame = { before, after: text.slice(grownTo) }
    }
    return text
  }

  #member(sourceId: string, tag: string): Member {
    const key = keyOf(sourceId, tag)
    const known = this.#members.get(key)
    if (known !== undefined) return known
    const member: Member = { sourceId, tag, intervals: new IntervalList(), text: undefined }
    this.#members.set(key, member)
    this.#order = undefined
    return member
  }

  #sorted(): readonly Member[] {
    this.#order ??= [...this.#members.values()].sort((a, b) =>
      a.sourceId === b.sourceId ? compare(a.tag, b.tag) : compare(a.sourceId, b.sourceId),
    )
    return this.#order
  }

  /** `uuid` and then, each behind a colon, intervals and tags; a tag holds for the intervals behind it. */
  #parseMember(text: string, whole: string): void {
    const [uuid = "", ...parts] = text.split(":").map((part) => part.trim())
    const sourceId = normalUuid(uuid)
    if (sourceId === undefined || parts.length === 0) throw invalid(whole, text)
    let tag = ""
    let behindTag = false
    for (const part of parts) {
      const interval = INTERVAL.exec(part)
      if (interval === null) {
        tag = part.toLowerCase()
        if (!TAG.test(tag) || behindTag) throw invalid(whole, part)
        behindTag = true
        continue
      }
      behindTag = false
      const first = Number(interval[1])
      const last = interval[2] === undefined ? first : Number(interval[2])
      if (first < 1 || last < first || last > LATEST) throw invalid(whole, part)
      this.#member(sourceId, tag).intervals.add(first, last)
    }
    if (behindTag) throw invalid(whole, text)
  }
}

function keyOf(sourceId: string, tag: string): string {
  return tag === "" ? sourceId : `${sourceId}:${tag}`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function mysql(gtid: Gtid): MysqlGtid {
  if (gtid.flavor === "mysql") return gtid
  throw new TypeError("A MariaDB GTID does not belong in a MySQL GTID set")
}

function invalid(whole: string, part: string): BinlogError {
  return new BinlogError(
    "INVALID_TEXT",
    `"${part}" in "${whole}" is not part of a GTID set; write UUID:1-5:7 with commas between several servers`,
  )
}
