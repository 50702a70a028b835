import { inspect } from "node:util"
import { createRandom, startDatabase } from "@canal/testbed"
import type { DatabaseOptions, DatabaseServer, Flavor, Random } from "@canal/testbed"
import { describe, expect, test } from "vitest"
import type { Change } from "../change.ts"
import { changes } from "../parser.ts"
import { Mirror } from "./mirror.ts"
import { isShown, watchedTables } from "./watched-column.ts"
import type { WatchedColumn, WatchedTable } from "./watched-column.ts"

/** How often each combination has its turn; more for a longer test. */
const ROUNDS = Number(process.env["CANAL_MATRIX_ROUNDS"] ?? 1)
const IDS = 60

const IMAGES = ["binlog_row_image=FULL", "binlog_row_image=MINIMAL", "binlog_row_image=NOBLOB"]
const METADATA = ["GLOBAL binlog_row_metadata=FULL", "GLOBAL binlog_row_metadata=MINIMAL"]
const CHECKSUMS = ["GLOBAL binlog_checksum=CRC32", "GLOBAL binlog_checksum=NONE"]

const MYSQL = [
  CHECKSUMS,
  METADATA,
  IMAGES,
  ["binlog_transaction_compression=OFF", "binlog_transaction_compression=ON"],
  ["binlog_row_value_options=''", "binlog_row_value_options=PARTIAL_JSON"],
]
const MARIADB = [
  CHECKSUMS,
  [...METADATA, "GLOBAL binlog_row_metadata=NO_LOG"],
  IMAGES,
  ["GLOBAL log_bin_compress=OFF", "GLOBAL log_bin_compress=ON"],
]
const [CHECKSUM = [], LEVELS = [], , COMPRESSION = []] = MARIADB
const MARIADB_11 = [CHECKSUM, LEVELS, [...IMAGES, "binlog_row_image=FULL_NODUP"], COMPRESSION]

interface Family {
  readonly flavor: Flavor
  readonly version: NonNullable<DatabaseOptions["version"]>
  readonly settings: readonly (readonly string[])[]
  readonly args: readonly string[]
  /** Types of the events that must have come, and whether some must have come out of compressed transactions. */
  readonly events: readonly number[]
  readonly inner: boolean
}

const MARIADB_ARGS = ["--log-bin-compress-min-len=10"]
const MARIADB_EVENTS = [23, 24, 25, 166, 167, 168]

describe.each<Family>([
  { flavor: "mysql", version: "9.7", settings: MYSQL, args: [], events: [30, 31, 32, 39], inner: true },
  {
    flavor: "mariadb",
    version: "10.11",
    settings: MARIADB,
    args: MARIADB_ARGS,
    events: MARIADB_EVENTS,
    inner: false,
  },
  {
    flavor: "mariadb",
    version: "11.8",
    settings: MARIADB_11,
    args: MARIADB_ARGS,
    events: MARIADB_EVENTS,
    inner: false,
  },
])("$flavor $version", ({ flavor, version, settings, args, events, inner }) => {
  const random = createRandom()
  const chosen = combinations(settings)

  test(`in ${chosen.length} combinations of settings, random changes leave what SELECT shows (seed ${random.seed})`, async () => {
    await using server = await startDatabase(flavor, { version, args })
    await server.query("CREATE DATABASE watched")
    await server.query("CREATE TABLE watched.done (id INT AUTO_INCREMENT PRIMARY KEY)")
    const tables = await watchedTables(server)
    for (const { name, columns } of tables) {
      const definitions = columns.map((column) => `${column.name} ${column.type}`).join(", ")
      await server.query("SET sql_mode=''")
      await server.query(`CREATE TABLE watched.${name} (id INT PRIMARY KEY, ${definitions})`)
    }
    const ending = new AbortController()
    const source = { host: server.host, port: server.port, ...server.replication }
    const following = changes(source, undefined, { signal: ending.signal })
    // The first change names the place from which the others come.
    await following.next()
    const mirror = new Mirror()
    const types = new Set<number>()
    let innerEvents = 0
    for (let round = 0; round < ROUNDS; round++)
      for (const combination of chosen) {
        await writeWith(server, combination, tables, random)
        for (let done = false; !done;) {
          const batch: readonly Change[] = (await following.next()).value ?? []
          for (const change of batch) {
            if (change.kind !== "rows" || change.table.schema !== "watched") continue
            done ||= change.table.name === "done"
            types.add(change.event.typeCode)
            if (change.event.innerIndex !== undefined) innerEvents++
            mirror.apply(change)
          }
        }
        for (const table of tables)
          expect([combination, await differences(server, table, mirror)]).toEqual([combination, []])
      }
    ending.abort()
    await following.return()
    expect(mirror.images).toBeGreaterThan(10_000)
    expect([...types]).toEqual(expect.arrayContaining([...events]))
    expect(innerEvents > 0).toBe(inner)
  })
})

function combinations(choices: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return choices.reduce<readonly (readonly string[])[]>(
    (made, options) => made.flatMap((chosen) => options.map((option) => [...chosen, option])),
    [[]],
  )
}

/** Changes the tables at random in a session with these settings. */
async function writeWith(
  server: DatabaseServer,
  settings: readonly string[],
  tables: readonly WatchedTable[],
  random: Random,
): Promise<void> {
  for (const setting of settings) if (setting.startsWith("GLOBAL")) await server.query(`SET ${setting}`)
  const connection = await server.connect({ database: "watched" })
  try {
    await connection.query("SET sql_mode='', time_zone='+00:00'")
    for (const setting of settings)
      if (!setting.startsWith("GLOBAL")) await connection.query(`SET SESSION ${setting}`)
    for (const table of tables) {
      await connection.query("BEGIN")
      await replaceRows(connection, table, random, 12)
      for (let count = 0; count < 10; count++) await updateRows(connection, table, random)
      await connection.execute(`DELETE FROM ${table.name} WHERE id=?`, [random.integer(0, IDS - 1)])
      await connection.query("COMMIT")
    }
    const json = tables.at(-1)?.columns.find(({ type }) => type === "JSON")?.name ?? ""
    await connection.query("BEGIN")
    for (let count = 0; count < 12; count++)
      await connection.query(`UPDATE docs SET ${json}=${documentChange(json, random)}`)
    await connection.query("COMMIT")
    await connection.query("INSERT INTO done () VALUES ()")
  } finally {
    await connection.end()
  }
}

type Connection = Awaited<ReturnType<DatabaseServer["connect"]>>
type Value = string | number | Buffer | null

function valueOf(column: WatchedColumn, random: Random): Value {
  return random.chance(0.08) ? null : column.value(random)
}

async function replaceRows(
  connection: Connection,
  { name, columns }: WatchedTable,
  random: Random,
  count: number,
): Promise<void> {
  const row = `(?,${columns.map(({ placeholder }) => placeholder).join(",")})`
  const values = Array.from({ length: count }, () => [
    random.integer(0, IDS - 1),
    ...columns.map((column) => valueOf(column, random)),
  ])
  const rows = Array.from({ length: count }, () => row).join(",")
  await connection.execute(`REPLACE INTO ${name} VALUES ${rows}`, values.flat())
}

/** Changes one to three columns of some rows, so that images of parts of a row differ from whole ones. */
async function updateRows(
  connection: Connection,
  { name, columns }: WatchedTable,
  random: Random,
): Promise<void> {
  const changed = new Set(
    Array.from({ length: random.integer(1, 3) }, () => columns[random.integer(0, columns.length - 1)]),
  )
  const sets: string[] = []
  const values: Value[] = []
  for (const column of changed) {
    if (column === undefined) continue
    sets.push(`${column.name}=${column.placeholder}`)
    values.push(valueOf(column, random))
  }
  const update = `UPDATE ${name} SET ${sets.join(", ")} WHERE id%?=?`
  const modulus = random.integer(6, 12)
  await connection.execute(update, [...values, modulus, random.integer(0, modulus - 1)])
}

/** Changes a part of a document, which with PARTIAL_JSON is all that is logged. */
function documentChange(document: string, random: Random): string {
  const path = random.pick(["$.a", "$.b[1]", "$.c.d", '$."k e.y"', "$.b[0]", "$.a[0]"])
  const value = random.pick(["1", "-70000", "'text'", "NULL", "0.5e0", "JSON_ARRAY(1, JSON_OBJECT('x', 2))"])
  return random.pick([
    `JSON_SET(${document}, '${path}', ${value})`,
    `JSON_REMOVE(${document}, '${path}')`,
    `JSON_ARRAY_INSERT(${document}, '$.b[0]', ${value})`,
    `JSON_REPLACE(${document}, '$.a', ${value}, '$.c', ${value})`,
  ])
}

/** Where the mirror is not what SELECT shows. */
async function differences(
  server: DatabaseServer,
  { name, columns }: WatchedTable,
  mirror: Mirror,
): Promise<readonly string[]> {
  const connection = await server.connect()
  try {
    await connection.query("SET time_zone='+00:00'")
    const select = `SELECT id, ${columns.map(({ selected }) => selected).join(", ")} FROM watched.${name}`
    const [result] = await connection.execute({ sql: select, rowsAsArray: true })
    const shown: readonly unknown[] = Array.isArray(result) ? result : []
    const rows = mirror.rows(name)
    const found: string[] =
      shown.length === rows.size ? [] : [`${rows.size} rows of ${name}, not ${shown.length}`]
    for (const row of shown) {
      const cells: readonly unknown[] = Array.isArray(row) ? row : []
      const read = rows.get(Number(cells[0])) ?? []
      for (const [index, column] of columns.entries())
        if (!isShown(column, read[index + 1], cells[index + 1]))
          found.push(
            `${name}.${column.name} ${column.type} of ${String(cells[0])} is ${inspect(read[index + 1])}, but SELECT shows ${String(cells[index + 1])}`,
          )
    }
    return found.slice(0, 5)
  } finally {
    await connection.end()
  }
}
