import {
  createRandom,
  type DatabaseServer,
  everyType,
  type Flavor,
  type Random,
  startDatabase,
} from "@canal/testbed"
import type { TypedColumn } from "@canal/testbed"
import { expect, test } from "vitest"
import { bareType, canalText, edgesOf, sqlTypeOf } from "./canal-rules.ts"
import type { FlatMessage, FlatRow } from "./flat-message.ts"
import { type Path, startPath } from "./path.ts"

type Connection = Awaited<ReturnType<DatabaseServer["connect"]>>
/** Rows of a table by their id, each as a line shows it. */
type Rows = ReadonlyMap<string, FlatRow>

const ROWS = 300
const ROWS_AT_ONCE = 25
const SEED = 20_261_123
/** When, as the source is told, the first statement is run; each further one is a second later. */
const BEGIN = 1_700_000_000

const CONFIGURATIONS: readonly (readonly [Flavor, metadata: string, timeZone: string | undefined])[] = [
  ["mysql", "FULL", "Asia/Shanghai"],
  ["mysql", "MINIMAL", undefined],
  ["mariadb", "FULL", undefined],
  ["mariadb", "MINIMAL", undefined],
  ["mariadb", "NO_LOG", "Asia/Shanghai"],
]

test.each(CONFIGURATIONS)(
  "a correct line for each change to every type: %s with %s row metadata, the server's TZ %s",
  async (flavor, metadata, timeZone) => {
    await using database = await startDatabase(flavor, { args: [`--binlog-row-metadata=${metadata}`] })
    const every = new EveryType(flavor, timeZone ?? "UTC")
    const connection = await database.connect()
    await connection.query("SET sql_mode='', time_zone='+00:00'")
    await connection.query("CREATE DATABASE every")
    await connection.query(every.createTable)
    await connection.query("CREATE TABLE every.done (n INT PRIMARY KEY)")
    await using path = await startPath(database, {}, { environment: { TZ: timeZone } })

    const snapshots: Rows[] = []
    const writing = createRandom(SEED)
    for (const [phase, write] of [every.insert, every.update, every.delete].entries()) {
      await connection.query(`SET timestamp=${BEGIN + phase}`)
      await write(connection, writing)
      snapshots.push(await every.select(connection))
      await mark(connection, path, phase)
    }
    const types = await columnTypes(database, "t")
    await connection.end()
    every.check(path.messages(), snapshots, types)
  },
)

test.each(CONFIGURATIONS)(
  "a correct line for DDL, composite keys and their rows: %s with %s row metadata",
  async (flavor, metadata) => {
    await using database = await startDatabase(flavor, { args: [`--binlog-row-metadata=${metadata}`] })
    const connection = await database.connect()
    await connection.query("CREATE DATABASE every")
    await connection.query("CREATE TABLE every.done (n INT PRIMARY KEY)")
    await using path = await startPath(database)
    const expected: object[] = []
    for (const [step, { sql, logged = sql, ...line }] of STEPS.entries()) {
      await connection.query(`SET timestamp=${BEGIN + step}`)
      await connection.query(sql)
      // Without names in the binlog, those of the present are taken: the next DDL must wait for the rows before it.
      await mark(connection, path, step)
      const isDdl = line.isDdl ?? false
      expected.push({
        ...NOTHING,
        ...line,
        isDdl,
        sql: isDdl ? logged : "",
        es: (BEGIN + step) * 1000,
        gtid: "",
      })
    }
    await connection.end()
    const lines = path.messages().filter(({ table }) => table !== "done")
    expect(lines.map(comparable)).toEqual(expected)
  },
)

test.each<[Flavor]>([["mysql"], ["mariadb"]])(
  "from an earlier place of %s, through filters",
  async (flavor) => {
    await using database = await startDatabase(flavor)
    const gtids = async (): Promise<string> => {
      const variable = flavor === "mysql" ? "gtid_executed" : "gtid_binlog_pos"
      const [row] = await database.query(`SELECT @@GLOBAL.${variable} AS gtids`)
      return String(row?.["gtids"]).replaceAll("\n", "")
    }
    await database.query("CREATE DATABASE every")
    await database.query("CREATE DATABASE other")
    for (const table of ["every.a", "every.a_hidden", "other.b"])
      await database.query(`CREATE TABLE ${table} (n INT PRIMARY KEY)`)
    await database.query("INSERT INTO every.a VALUES (1)")
    const [status] = await database.query(
      flavor === "mysql" ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS",
    )
    const place = `${String(status?.["File"])}:${String(status?.["Position"])}`
    const before = await gtids()
    await database.query("INSERT INTO every.a VALUES (2)")
    const second = await gtids()
    for (const table of ["every.a_hidden", "other.b", "every.a"])
      await database.query(`INSERT INTO ${table} VALUES (3)`)
    const third = await gtids()

    const filters = { filter: String.raw`every\..*`, exclude: String.raw`.*_hidden` }
    /** The first two lines that follow that place. */
    const linesFrom = async (from: string) => {
      await using path = await startPath(database, { server: { from, ...filters }, client: { changes: 2 } })
      expect(await path.client.exited).toMatchObject({ code: 0 })
      return path.messages().map((line) => ({ table: line.table, data: line.data, gtid: line.gtid }))
    }
    expect(await linesFrom(place)).toEqual([
      { table: "a", data: [{ n: "2" }], gtid: "" },
      { table: "a", data: [{ n: "3" }], gtid: "" },
    ])
    expect(await linesFrom(before)).toEqual([
      { table: "a", data: [{ n: "2" }], gtid: second },
      { table: "a", data: [{ n: "3" }], gtid: third },
    ])
    // A client's filter stands in place of the server's for what is written from then on.
    const client = { filter: String.raw`other\..*,every\.a_.*`, changes: 2 }
    await using path = await startPath(database, { server: { filter: String.raw`every\.a` }, client })
    for (const table of ["every.a", "every.a_hidden", "other.b"])
      await database.query(`INSERT INTO ${table} VALUES (4)`)
    expect(await path.client.exited).toMatchObject({ code: 0 })
    expect(path.messages()).toMatchObject([
      { table: "a_hidden", data: [{ n: "4" }] },
      { table: "b", data: [{ n: "4" }] },
    ])
  },
)

/** Writes a row of its own and waits until its line is there, and so those of all that was written before. */
async function mark(connection: Connection, { client }: Path, n: number): Promise<void> {
  await connection.query(`INSERT INTO every.done VALUES (${n})`)
  await client.line(new RegExp(`^{"data":\\[{"n":"${n}"}\\],"database":"every".*"table":"done"`))
}

/** The types of a table's columns as the source writes them. */
async function columnTypes(database: DatabaseServer, table: string): Promise<FlatRow> {
  const rows = await database.query(
    "SELECT column_name AS name, column_type AS type FROM information_schema.columns WHERE table_name=? ORDER BY ordinal_position",
    [table],
  )
  return Object.fromEntries(rows.map(({ name, type }) => [String(name), bareType(String(type))]))
}

function bareTypes(types: FlatRow | null): FlatRow | null {
  if (types === null) return null
  return Object.fromEntries(Object.entries(types).map(([name, type]) => [name, bareType(type ?? "")]))
}

/** A line without the numbers that differ from run to run. */
function comparable({ id: _id, ts: _ts, mysqlType, ...line }: FlatMessage): object {
  return { ...line, mysqlType: bareTypes(mysqlType) }
}

const NOTHING = {
  database: "every",
  table: "pair",
  data: null,
  old: null,
  pkNames: null,
  sqlType: null,
  mysqlType: null,
}
const KEYS = { pkNames: ["b", "a"] }
const TYPES = { b: "varchar(10)", a: "int unsigned", v: "text", n: "bigint" }
const INT = { b: 12, a: 4, v: 2005, n: -5 }
/** Of a row whose `a` has its highest bit. */
const HIGH = { ...INT, a: -5 }

/** Statements, each with what its line says beyond `NOTHING`. */
const STEPS: readonly ({ readonly sql: string; readonly logged?: string } & Partial<FlatMessage>)[] = [
  {
    sql: "CREATE TABLE every.pair (b VARCHAR(10), a INT UNSIGNED, v TEXT, n BIGINT, PRIMARY KEY (a, b))",
    type: "CREATE",
    isDdl: true,
  },
  {
    sql: "INSERT INTO every.pair VALUES ('x', 1, 'one', NULL), ('y', 4294967295, 'é\"', 5)",
    type: "INSERT",
    data: [
      { b: "x", a: "1", v: "one", n: null },
      { b: "y", a: "4294967295", v: 'é"', n: "5" },
    ],
    ...KEYS,
    sqlType: HIGH,
    mysqlType: TYPES,
  },
  {
    sql: "UPDATE every.pair SET v = 'two', n = NULL",
    type: "UPDATE",
    data: [
      { b: "x", a: "1", v: "two", n: null },
      { b: "y", a: "4294967295", v: "two", n: null },
    ],
    old: [{ v: "one" }, { v: 'é"', n: "5" }],
    ...KEYS,
    sqlType: HIGH,
    mysqlType: TYPES,
  },
  {
    sql: "UPDATE every.pair SET a = 2, n = -1 WHERE a = 1",
    type: "UPDATE",
    data: [{ b: "x", a: "2", v: "two", n: "-1" }],
    old: [{ a: "1", n: null }],
    ...KEYS,
    sqlType: INT,
    mysqlType: TYPES,
  },
  {
    sql: "DELETE FROM every.pair ORDER BY a",
    type: "DELETE",
    data: [
      { b: "x", a: "2", v: "two", n: "-1" },
      { b: "y", a: "4294967295", v: "two", n: null },
    ],
    ...KEYS,
    sqlType: HIGH,
    mysqlType: TYPES,
  },
  { sql: "ALTER TABLE every.pair ADD COLUMN `1` ENUM('s', 'm') FIRST", type: "ALTER", isDdl: true },
  {
    sql: "INSERT INTO every.pair VALUES ('m', 'z', 3, NULL, 1)",
    type: "INSERT",
    data: [{ "1": "2", b: "z", a: "3", v: null, n: "1" }],
    ...KEYS,
    sqlType: { "1": 4, ...INT },
    mysqlType: { "1": "enum('s','m')", ...TYPES },
  },
  { sql: "CREATE INDEX i ON every.pair (n)", type: "CINDEX", isDdl: true },
  { sql: "TRUNCATE TABLE every.pair", type: "TRUNCATE", isDdl: true },
  { sql: "RENAME TABLE every.pair TO every.couple", type: "RENAME", isDdl: true, table: "couple" },
  {
    sql: "DROP TABLE every.couple",
    logged: "DROP TABLE `every`.`couple` /* generated by server */",
    type: "ERASE",
    isDdl: true,
    table: "couple",
  },
  { sql: "CREATE DATABASE more", type: "QUERY", isDdl: true, database: "more", table: "" },
]

/** The table with a column of every type, and what is done to it. */
class EveryType {
  readonly createTable: string
  readonly #columns: readonly TypedColumn[]
  readonly #mariadb: boolean
  readonly #timeZone: string

  constructor(flavor: Flavor, timeZone: string) {
    this.#columns = everyType(flavor)
    this.#mariadb = flavor === "mariadb"
    this.#timeZone = timeZone
    const definitions = this.#columns.map(({ name, type }) => `${name} ${type}`).join(", ")
    this.createTable = `CREATE TABLE every.t (id INT PRIMARY KEY, ${definitions})`
  }

  /** Row 0 is NULL throughout, rows 1 and 2 have what types end with, the others anything. */
  readonly insert = async (connection: Connection, random: Random): Promise<void> => {
    const row = `(?,${this.#columns.map(({ placeholder }) => placeholder).join(",")})`
    const rows = Array.from({ length: ROWS_AT_ONCE }, () => row).join(",")
    for (let first = 0; first < ROWS; first += ROWS_AT_ONCE) {
      const values = Array.from({ length: ROWS_AT_ONCE }, (_, index) => {
        const id = first + index
        return [id, ...this.#columns.map((column) => firstValueOf(column, id, random))]
      })
      await connection.execute(`INSERT INTO every.t VALUES ${rows}`, values.flat())
    }
  }

  /** Writes each column of some rows anew, one column at a time. */
  readonly update = async (connection: Connection, random: Random): Promise<void> => {
    for (const column of this.#columns) {
      const sql = `UPDATE every.t SET ${column.name}=${column.placeholder} WHERE id%50=?`
      await connection.execute(sql, [valueOf(column, random), random.integer(0, 49)])
    }
  }

  readonly delete = async (connection: Connection): Promise<void> => {
    await connection.query("DELETE FROM every.t WHERE id%3=0")
  }

  /** What is in the table now. */
  async select(connection: Connection): Promise<Rows> {
    const sql = `SELECT id,${this.#columns.map(({ selected }) => selected).join(",")} FROM every.t`
    const [selected] = await connection.execute({ sql, rowsAsArray: true })
    if (!Array.isArray(selected)) throw new TypeError("A SELECT gave no rows")
    return new Map(
      selected.map((row) => {
        if (!Array.isArray(row)) throw new TypeError("A row is no array")
        const [id, ...cells]: readonly unknown[] = row
        const texts = this.#columns.map((column, index): [string, string | null] => [
          column.name,
          canalText(column, cells[index], this.#timeZone),
        ])
        return [String(id), Object.fromEntries([["id", String(id)], ...texts])]
      }),
    )
  }

  /** Follows the lines, and finds at the end of each phase what a SELECT found then. */
  check(lines: readonly FlatMessage[], snapshots: readonly Rows[], types: FlatRow): void {
    const rows = new Map<string, FlatRow>()
    let phase = 0
    for (const line of lines) {
      if (line.table === "done") {
        this.#compare(rows, snapshots[phase++] ?? new Map())
        continue
      }
      const { database, table, es, gtid, isDdl, pkNames, sql } = line
      expect({ database, table, es, gtid, isDdl, pkNames, sql }).toEqual({
        database: "every",
        table: "t",
        es: (BEGIN + phase) * 1000,
        gtid: "",
        isDdl: false,
        pkNames: ["id"],
        sql: "",
      })
      expect(line.type).toBe(["INSERT", "UPDATE", "DELETE"][phase])
      expect(bareTypes(line.mysqlType)).toEqual(types)
      expect(line.sqlType).toEqual(this.#sqlTypes(line.data?.at(-1) ?? {}))
      this.#apply(line, rows)
    }
    expect(phase).toBe(snapshots.length)
  }

  #sqlTypes(row: FlatRow): Readonly<Record<string, number>> {
    const types = this.#columns.map(({ name, type }): [string, number] => [
      name,
      sqlTypeOf(type, row[name] ?? null, this.#mariadb),
    ])
    return Object.fromEntries([["id", 4], ...types])
  }

  /** Does to the rows what the line says, which must fit them. */
  #apply({ type, data, old }: FlatMessage, rows: Map<string, FlatRow>): void {
    expect(old?.length).toBe(type === "UPDATE" ? data?.length : undefined)
    for (const [index, row] of (data ?? []).entries()) {
      const id = row["id"] ?? ""
      const before = rows.get(id)
      if (type === "INSERT") expect(before).toBeUndefined()
      else if (type === "DELETE") expect(row).toEqual(before)
      else if (before !== undefined) expect(old?.[index]).toEqual(differences(before, row))
      else expect.fail(`UPDATE of row ${id}, which is not there`)
      if (type === "DELETE") rows.delete(id)
      else rows.set(id, row)
    }
  }

  #compare(rows: Rows, selected: Rows): void {
    expect([...rows.keys()].toSorted()).toEqual([...selected.keys()].toSorted())
    for (const [id, row] of rows) {
      const shown = selected.get(id) ?? {}
      expect(Object.keys(row)).toEqual(Object.keys(shown))
      for (const { name, type } of this.#columns)
        if (row[name] !== shown[name])
          expect.fail(`${type} of row ${id} is ${row[name]}, but a SELECT shows ${shown[name]}`)
    }
  }
}

function firstValueOf(column: TypedColumn, id: number, random: Random): string | number | Buffer | null {
  if (id === 0) return null
  return edgesOf(column.type)[id - 1] ?? valueOf(column, random)
}

function valueOf(column: TypedColumn, random: Random): string | number | Buffer | null {
  return random.integer(0, 11) === 0 ? null : column.value(random)
}

/** The columns of a row that changed, as they were. */
function differences(before: FlatRow, after: FlatRow): FlatRow {
  return Object.fromEntries(Object.entries(before).filter(([name, text]) => after[name] !== text))
}
