import { crc32 } from "node:zlib"
import { decodeTable } from "../event/table-map.ts"
import type { TableMap } from "../event/table-map.ts"

interface CachedTable {
  /** All of the table map behind the table id, in memory of its own. */
  readonly body: Buffer
  readonly table: TableMap
}

const LIMIT = 4096

/**
 * The tables of the last table maps, by the id by which rows name them and by the bytes of their table map, so that
 * equal bytes give the same object, whatever the id. Holds a few thousand tables.
 */
export class TableMapCache {
  readonly #byId = new Map<number, CachedTable>()
  readonly #byHash = new Map<number, CachedTable>()
  /** The last one that was defined: rows of it follow. */
  #lastId = -1
  #last: TableMap | undefined

  /** Takes a table map in; `start` is behind the table id. */
  define(tableId: number, bytes: Buffer, start: number, end: number, mariadb: boolean): TableMap {
    const { table } = this.#cached(tableId, bytes, start, end, mariadb)
    this.#lastId = tableId
    this.#last = table
    return table
  }

  #cached(tableId: number, bytes: Buffer, start: number, end: number, mariadb: boolean): CachedTable {
    const last = this.#byId.get(tableId)
    if (last !== undefined && isSame(last, bytes, start, end)) return last
    const hash = crc32(bytes.subarray(start, end))
    let cached = this.#byHash.get(hash)
    if (cached === undefined || !isSame(cached, bytes, start, end)) {
      cached = {
        body: Buffer.from(bytes.subarray(start, end)),
        table: decodeTable(tableId, bytes, start, end, mariadb),
      }
      this.#byHash.set(hash, cached)
    }
    this.#byId.set(tableId, cached)
    return cached
  }

  get(tableId: number): TableMap | undefined {
    return tableId === this.#lastId ? this.#last : this.#byId.get(tableId)?.table
  }

  /** To be called between statements, when no rows can come for what was defined before. */
  trim(): void {
    if (this.#byId.size > LIMIT) this.#byId.clear()
    if (this.#byHash.size > LIMIT) this.#byHash.clear()
  }

  /** Forgets the ids: another file begins, in which a restarted source may use them for other tables. */
  forgetIds(): void {
    this.#byId.clear()
    this.#lastId = -1
    this.#last = undefined
  }
}

function isSame(cached: CachedTable, bytes: Buffer, start: number, end: number): boolean {
  return cached.body.length === end - start && cached.body.compare(bytes, start, end) === 0
}
