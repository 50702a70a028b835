import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { createMemorySpace } from "@canal/coordination/memory"
import { createMemoryCursorStore, type CursorStore } from "@canal/cursor-store"
import { decodeRowChange, type Entry } from "@canal/protocol"
import type { StartPosition } from "@canal/parser"
import { type DatabaseServer, startMysql } from "@canal/testbed"
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest"
import { type CanalServer, startServer } from "./server.ts"
import { RawClient } from "./testing/raw-client.ts"

let mysql: DatabaseServer
let row = 0

beforeAll(async () => {
  mysql = await startMysql({
    args: ["--binlog-row-metadata=FULL", "--gtid-mode=ON", "--enforce-gtid-consistency=ON"],
  })
  for (const schema of ["a", "b", "c"]) {
    await mysql.query(`CREATE DATABASE ${schema}`)
    await mysql.query(`CREATE TABLE ${schema}.t(id INT PRIMARY KEY, payload VARCHAR(1000))`)
  }
})

afterAll(() => mysql[Symbol.asyncDispose]())

beforeEach(async () => {
  await mysql.query("SET SESSION binlog_transaction_compression=OFF")
})

/** Writes one transaction with a row into each of these schemas; the names of its rows. */
async function write(...schemas: readonly string[]): Promise<readonly string[]> {
  const names: string[] = []
  await mysql.query("BEGIN")
  for (const schema of schemas) {
    row += 1
    await mysql.query(`INSERT INTO ${schema}.t VALUES(${row}, REPEAT('x', 500))`)
    names.push(`${schema}.${row}`)
  }
  await mysql.query("COMMIT")
  return names
}

async function standing(by: "file" | "gtid"): Promise<StartPosition> {
  const [status] = await mysql.query("SHOW BINARY LOG STATUS")
  if (by === "gtid") return { gtids: String(status?.["Executed_Gtid_Set"]).replaceAll("\n", "") }
  return { file: String(status?.["File"]), offset: Number(status?.["Position"]), included: true }
}

async function started(cursors: CursorStore, from: StartPosition): Promise<CanalServer> {
  const server = await startServer({
    listen: { host: "127.0.0.1", port: 0 },
    coordination: createMemorySpace(),
    destinations: [
      {
        name: "shop",
        source: { host: mysql.host, port: mysql.port, ...mysql.replication },
        cursors: { open: async () => cursors, restore: async () => 0 },
        storeBytes: 16 << 10,
        from,
      },
    ],
  })
  onTestFinished(() => server.close())
  await server.ready
  return server
}

/** A client that acknowledges what it gets, and remembers which rows that were. */
class Reader {
  readonly rows: string[] = []
  /** The places of the entries that came, in their order. */
  readonly offsets: number[] = []
  readonly clientId: string
  filter: string
  client: RawClient | undefined
  #hasEnd = false

  constructor(clientId: string, filter: string) {
    this.clientId = clientId
    this.filter = filter
  }

  async connect(port: number): Promise<void> {
    const client = await RawClient.open(port, this)
    onTestFinished(() => client[Symbol.asyncDispose]())
    client.rollBack()
    this.client = client
  }

  async disconnect(): Promise<void> {
    await this.client?.[Symbol.asyncDispose]()
  }

  /** Takes what comes until the transaction of this row has, or until nothing comes for a moment. */
  async read(last?: string): Promise<void> {
    for (;;) {
      if (last !== undefined && this.rows.at(-1) === last && this.#hasEnd) return
      const batch = await this.client?.get(4, last === undefined ? 500 : 10_000)
      if (batch === undefined || batch.id === -1) return
      this.client?.acknowledge(batch.id)
      for (const entry of batch.entries) this.#receive(entry)
    }
  }

  #receive({ entryType, header, storeValue }: Entry): void {
    this.offsets.push(header.logfileOffset)
    this.#hasEnd = entryType === "TRANSACTIONEND"
    if (entryType === "ROWDATA") this.rows.push(...rowsOf(header.schemaName ?? "", storeValue))
  }
}

function rowsOf(schema: string, storeValue: Buffer): readonly string[] {
  return decodeRowChange(storeValue).rowDatas.map(
    ({ afterColumns }) => `${schema}.${afterColumns.find(({ name }) => name === "id")?.value}`,
  )
}

/** How many read the binlog now. */
async function dumps(): Promise<number> {
  const [row] = await mysql.query(
    "SELECT COUNT(*) AS dumps FROM performance_schema.processlist WHERE COMMAND LIKE 'Binlog Dump%'",
  )
  return Number(row?.["dumps"])
}

/** Counts how often a destination was read again. */
function countReadings(): () => number {
  let count = 0
  const listen = (notice: unknown) => {
    if (typeof notice === "object" && notice !== null && "message" in notice)
      if (String(notice.message).includes("is read again from")) count += 1
  }
  subscribe("canal:server", listen)
  onTestFinished(() => void unsubscribe("canal:server", listen))
  return () => count
}

test.each([
  { by: "file", compressed: false },
  { by: "gtid", compressed: false },
  { by: "file", compressed: true },
  { by: "gtid", compressed: true },
] as const)("each client gets its own by $by, compressed: $compressed", async ({ by, compressed }) => {
  if (compressed) await mysql.query("SET SESSION binlog_transaction_compression=ON")
  const cursors = createMemoryCursorStore()
  const from = await standing(by)
  let server = await started(cursors, from)
  const readings = countReadings()
  const a = new Reader("1001", "a\\..*")
  const b = new Reader("1002", "b\\..*,a\\..*")
  for (const reader of [a, b]) await reader.connect(server.port)
  const written: string[] = []
  const ofA = () => written.filter((name) => name.startsWith("a"))

  for (let n = 0; n < 5; n += 1) written.push(...(await write("a", "b", "a")), ...(await write("b")))
  await Promise.all([a.read(ofA().at(-1)), b.read(written.at(-1))])
  expect(a.rows).toEqual(ofA())
  expect(b.rows).toEqual(written)
  // Of a compressed transaction all share one place.
  expect(new Set(b.offsets).size < 15).toBe(compressed)
  expect((await cursors.cursor(1001))?.gtid === "").toBe(by === "file")

  // A client that is slow holds the source while it is connected, and no longer.
  const held = b.rows.length
  for (let n = 0; n < 60; n += 1) written.push(...(await write("a", "b")))
  await a.read()
  expect(a.rows.length).toBeLessThan(ofA().length)
  await b.client?.get(1)
  await b.disconnect()
  await a.read(ofA().at(-1))
  expect(a.rows).toEqual(ofA())

  // What it has not acknowledged comes when it returns, and nothing twice to the one that stayed.
  const before = readings()
  await b.connect(server.port)
  await b.read(written.at(-1))
  expect(b.rows.slice(held)).toEqual(written.slice(held))
  expect(readings()).toBeGreaterThan(before)
  written.push(...(await write("a", "b")))
  await Promise.all([a.read(ofA().at(-1)), b.read(written.at(-1))])
  expect(a.rows).toEqual(ofA())
  expect(b.rows).toEqual(written)
  // The source ends the reading before when the next names the same replica; it may show both for a moment.
  await expect.poll(dumps, { timeout: 5_000 }).toBe(1)

  // Both go on behind a restart of the server. The answer to a get says that the acknowledgement before it was read.
  await Promise.all([a.read(), b.read()])
  await server.close()
  written.push(...(await write("b", "a")), ...(await write("a")))
  server = await started(cursors, from)
  const lengths = [a.rows.length, b.rows.length]
  for (const reader of [a, b]) await reader.connect(server.port)
  await Promise.all([a.read(ofA().at(-1)), b.read(written.at(-1))])
  expect(a.rows.slice(lengths[0])).toEqual(ofA().slice(lengths[0]))
  expect(b.rows.slice(lengths[1])).toEqual(written.slice(lengths[1]))
})

test.each(["file", "gtid"] as const)(
  "who widens its filter gets what was left out since its cursor, by %s",
  async (by) => {
    const server = await started(createMemoryCursorStore(), await standing(by))
    const a = new Reader("1001", "a\\..*")
    const other = new Reader("1002", "b\\..*")
    for (const reader of [a, other]) await reader.connect(server.port)
    const first = await write("a")
    await a.read(first[0])
    const written = [
      ...(await write("a")),
      ...(await write("c")),
      ...(await write("b")),
      ...(await write("a")),
    ]
    await other.read(written[2])
    // Handed out, not acknowledged.
    await a.client?.get(64)
    await a.client?.subscribe("a\\..*,c\\..*")
    await a.read(written[3])
    expect(a.rows).toEqual([...first, written[0], written[1], written[3]])
    await other.read()
    expect(other.rows).toEqual([written[2]])
  },
)
