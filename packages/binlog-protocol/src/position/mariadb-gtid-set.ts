import { BinlogError } from "../errors.ts"
import type { GtidSet } from "./gtid-set.ts"
import { formatGtid } from "./gtid.ts"
import type { Gtid, MariadbGtid } from "./gtid.ts"

const GTID = /^(\d{1,10})-(\d{1,10})-(\d{1,16})$/
const MAX_UINT32 = 0xff_ff_ff_ff

/**
 * MariaDB's GTID position, e.g. `0-1-7,5-2-30`: the last transaction of each domain, which stands for all before it.
 * Numbers of one domain ascend whatever server they come from.
 */
export class MariadbGtidSet implements GtidSet {
  readonly flavor = "mariadb"
  readonly #last = new Map<number, MariadbGtid>()
  #text: string | undefined

  get isEmpty(): boolean {
    return this.#last.size === 0
  }

  /** Reads a list as text: white space is allowed, `""` is the empty list, other text is refused with `INVALID_TEXT`. */
  static parse(text: string): MariadbGtidSet {
    const set = new MariadbGtidSet()
    for (const part of text.split(",")) {
      const trimmed = part.trim()
      if (trimmed === "") continue
      const [, domain, serverId, sequence] = (GTID.exec(trimmed) ?? []).map(Number)
      if (domain === undefined || serverId === undefined || sequence === undefined)
        throw invalid(text, trimmed)
      if (domain > MAX_UINT32 || serverId > MAX_UINT32 || sequence > Number.MAX_SAFE_INTEGER)
        throw invalid(text, trimmed)
      if (set.#last.has(domain)) throw invalid(text, trimmed)
      set.add({ flavor: "mariadb", domain, serverId, sequence })
    }
    return set
  }

  /** The last transaction of each domain, in the order of the domains. */
  gtids(): readonly MariadbGtid[] {
    return [...this.#last.values()].sort((a, b) => a.domain - b.domain)
  }

  /** The transaction added last is its domain's last, even if its number is lower (`gtid_strict_mode` off). */
  add(gtid: Gtid): void {
    this.#last.set(mariadb(gtid).domain, mariadb(gtid))
    this.#text = undefined
  }

  contains(gtid: Gtid): boolean {
    const { domain, sequence } = mariadb(gtid)
    const last = this.#last.get(domain)
    return last !== undefined && last.sequence >= sequence
  }

  includes(other: GtidSet): boolean {
    if (!(other instanceof MariadbGtidSet)) return other.isEmpty
    return other.gtids().every((gtid) => this.contains(gtid))
  }

  without(other: GtidSet): MariadbGtidSet {
    const set = new MariadbGtidSet()
    for (const gtid of this.#last.values())
      if (!(other instanceof MariadbGtidSet) || !other.contains(gtid)) set.add(gtid)
    return set
  }

  copy(): MariadbGtidSet {
    const set = new MariadbGtidSet()
    for (const [domain, gtid] of this.#last) set.#last.set(domain, gtid)
    set.#text = this.#text
    return set
  }

  toString(): string {
    this.#text ??= this.gtids().map(formatGtid).join(",")
    return this.#text
  }
}

function mariadb(gtid: Gtid): MariadbGtid {
  if (gtid.flavor === "mariadb") return gtid
  throw new TypeError("A MySQL GTID does not belong in a MariaDB GTID list")
}

function invalid(whole: string, part: string): BinlogError {
  return new BinlogError(
    "INVALID_TEXT",
    `"${part}" in "${whole}" is not the GTID of a domain of its own; write DOMAIN-SERVER-SEQUENCE, one per domain`,
  )
}
