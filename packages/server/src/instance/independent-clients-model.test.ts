import { createMemoryCursorStore, type CursorStore } from "@canal/cursor-store"
import { decodeEntry, decodeRowChange } from "@canal/protocol"
import { expect, test } from "vitest"
import { acceptsName, ClientFilters } from "../delivery/client-filters.ts"
import { never } from "../testing/entries.ts"
import { ScriptedSource } from "../testing/scripted-source.ts"
import { Instance } from "./instance.ts"

const TABLES = ["a.t", "b.t", "c.t", "d.t"]
const FILTERS = ["", "a\\..*", "a\\..*,b\\..*", "c\\..*", "b\\.t,d\\.t", "z\\..*", ".*\\..*"]

/** A number below `limit`, the same for the same seed (mulberry32). */
function randomOf(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % limit
  }
}

/** What a client has: the number of its last row, and whether the begin of a transaction came without its end. */
interface State {
  readonly row: number
  readonly isOpen: boolean
  /** Whether entries since the cursor may come again, as the filter was changed. */
  readonly mayRepeat: boolean
}

const NOTHING: State = { row: 0, isOpen: false, mayRepeat: true }

interface Run {
  readonly instance: Instance
  readonly rows: readonly string[]
  readonly filters: ClientFilters
  readonly cursors: CursorStore
  readonly sent: ScriptedSource
}

/** A client that knows what must come next by a model of the full stream. */
class ModelClient {
  filter = ""
  session: Disposable | undefined
  isSubscribed = false
  #has: State = NOTHING
  #acknowledged: State = this.#has
  readonly #batches: { readonly id: number; readonly after: State }[] = []
  readonly #id: number
  readonly #instance: Instance
  readonly #rows: readonly string[]
  readonly #filters: ClientFilters
  readonly #cursors: CursorStore
  readonly #sent: ScriptedSource

  constructor(id: number, options: Run) {
    this.#id = id
    this.#instance = options.instance
    this.#rows = options.rows
    this.#filters = options.filters
    this.#cursors = options.cursors
    this.#sent = options.sent
  }

  async connect(filter: string): Promise<void> {
    const { delivery } = this.#instance
    this.session ??= delivery.attach(this.#id)
    const isNew = !this.isSubscribed
    await delivery.subscribe(this.#id, filter, never)
    this.isSubscribed = true
    if (isNew) this.#acknowledged = NOTHING
    else if (this.filter === filter) return
    this.filter = filter
    // What it did not want before its cursor it does not get now.
    const row = Math.max(this.#acknowledged.row, await this.#rowsBehindCursor())
    this.#acknowledged = { ...this.#acknowledged, row, mayRepeat: true }
    this.rollBack()
  }

  disconnect(): void {
    this.session?.[Symbol.dispose]()
    this.session = undefined
  }

  async unsubscribe(): Promise<void> {
    await this.#instance.delivery.unsubscribe(this.#id)
    this.isSubscribed = false
  }

  rollBack(): void {
    this.#instance.delivery.rollBack(this.#id)
    this.#batches.length = 0
    this.#has = this.#acknowledged
  }

  acknowledge(): void {
    const batch = this.#batches.shift()
    if (batch === undefined) return
    this.#instance.delivery.acknowledge(this.#id, batch.id)
    this.#acknowledged = batch.after
  }

  async get(fetchSize: number, wait: number): Promise<void> {
    const batch = await this.#instance.delivery.get(this.#id, { fetchSize, wait, signal: never })
    if (batch === undefined) return
    for (const entry of batch.entries) {
      const row =
        entry.kind === "rows" ? decodeRowChange(decodeEntry(entry.bytes).storeValue).sql : entry.kind
      this.#receive(row ?? "")
    }
    this.#batches.push({ id: batch.id, after: this.#has })
  }

  /** A cursor has only rows behind it that were acknowledged, or that the client does not want. */
  async checkCursor(): Promise<void> {
    const behind = await this.#rowsBehindCursor()
    const next = this.#next(this.#acknowledged.row) ?? Infinity
    if (this.isSubscribed) expect(behind, `client ${this.#id}: cursor`).toBeLessThan(next)
  }

  async #rowsBehindCursor(): Promise<number> {
    const cursor = await this.#cursors.cursor(this.#id)
    if (cursor === undefined) return 0
    const { offset, complete } = cursor
    const rows = this.#sent.log.filter((change) => change.of !== undefined)
    return rows.filter((row) => row.offset < offset || (row.offset === offset && complete === true)).length
  }

  get isDone(): boolean {
    return this.#batches.length === 0 && this.#next(this.#has.row) === undefined
  }

  #receive(name: string): void {
    const { row, isOpen, mayRepeat } = this.#has
    if (name === "begin") {
      if (!mayRepeat) expect(isOpen, `client ${this.#id}: begin after begin`).toBe(false)
      this.#has = { row, isOpen: true, mayRepeat }
      return
    }
    if (!mayRepeat || name !== "end") expect(isOpen, `client ${this.#id}: ${name} without begin`).toBe(true)
    if (name === "end") {
      this.#has = { row, isOpen: false, mayRepeat }
      return
    }
    const number = Number(name.split(" ")[1])
    const next = this.#next(row) ?? Infinity
    if (mayRepeat) expect(number, `client ${this.#id}: lost`).toBeLessThanOrEqual(next)
    else expect(number, `client ${this.#id}: next`).toBe(next)
    expect(this.#wants(number), `client ${this.#id}: ${name} is not of ${this.filter}`).toBe(true)
    this.#has = { row: number, isOpen: true, mayRepeat: false }
  }

  #next(row: number): number | undefined {
    for (let n = row + 1; n <= this.#rows.length; n += 1) if (this.#wants(n)) return n
    return undefined
  }

  #wants(row: number): boolean {
    return acceptsName(this.#filters.of(this.filter), this.#rows[row - 1] ?? "")
  }
}

test.each(Array.from({ length: 25 }, (_, n) => n + 1))(
  "clients that come, go, roll back and change filters get their own streams, seed %i",
  async (seed) => {
    const random = randomOf(seed)
    const filters = new ClientFilters({ include: seed % 2 === 0 ? undefined : "a\\..*,c\\..*" })
    const sent = new ScriptedSource(filters)
    const cursors = createMemoryCursorStore()
    const failures: unknown[] = []
    const instance = await Instance.open({
      destination: "shop",
      source: { host: "localhost", port: 3306 },
      cursors,
      storeBytes: 3000,
      timeZone: "UTC",
      from: undefined,
      filters,
      follow: (from, signal) => sent.follow(from, signal),
    })
    instance.start((error) => failures.push(error))
    const rows: string[] = []
    const clients = [1, 2, 3, 4].map((id) => new ModelClient(id, { instance, rows, filters, cursors, sent }))
    const write = () => {
      const tables = Array.from({ length: random(6) }, () => TABLES[random(TABLES.length)] ?? "")
      rows.push(...tables)
      sent.write({ tables, compressed: random(3) === 0 })
    }
    const step = async (client: ModelClient) => {
      const choice = random(20)
      if (choice < 3) return write()
      if (choice === 3) return client.disconnect()
      if (!client.isSubscribed) return client.connect(FILTERS[random(FILTERS.length)] ?? "")
      if (choice === 4) return random(4) === 0 ? client.unsubscribe() : undefined
      if (choice === 5) return client.connect(FILTERS[random(FILTERS.length)] ?? "")
      if (client.session === undefined) return choice < 9 ? client.connect(client.filter) : undefined
      if (choice === 6) return client.rollBack()
      if (choice < 13) return client.acknowledge()
      return client.get(random(3) === 0 ? 1 : 0, random(3))
    }
    for (let n = 0; n < 600; n += 1) {
      const client = clients[random(clients.length)]
      if (client === undefined) continue
      await step(client)
      await client.checkCursor()
    }
    const last = clients.filter((client) => client.isSubscribed)
    for (const client of last) await client.connect(client.filter)
    await expect
      .poll(
        async () => {
          for (const client of last) {
            await client.get(1, 0)
            client.acknowledge()
            client.acknowledge()
          }
          return last.every((client) => client.isDone)
        },
        { interval: 1, timeout: 20_000 },
      )
      .toBe(true)
    expect(failures).toEqual([])
    expect(sent.mostReaders).toBe(1)
    await instance.close()
  },
)
