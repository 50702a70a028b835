import { chmodSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import {
  binlogTool,
  createRandom,
  type DatabaseServer,
  everyType,
  type Flavor,
  type Random,
  spawnApp,
  startDatabase,
  type TypedColumn,
} from "@canal/testbed"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { compareFile } from "./verify-files.ts"

const ROWS = 60
const SEED = 20_261_123
const SPATIAL = /GEOMETRY|POINT|LINESTRING|POLYGON/
const { signal } = new AbortController()

/** What of every type the program of the family can print. */
function printable(flavor: Flavor): readonly TypedColumn[] {
  return everyType(flavor).filter(({ type }) => flavor === "mariadb" || !SPATIAL.test(type))
}

describe.each([
  ["mysql", "9.7"],
  ["mariadb", "10.11"],
  ["mariadb", "11.8"],
] as const)("%s %s", (flavor, version) => {
  let server: DatabaseServer
  let program: string

  beforeAll(async () => {
    program = await binlogTool(flavor)
    server = await startDatabase(flavor, { version })
    await server.query("CREATE DATABASE every")
  })
  afterAll(async () => server[Symbol.asyncDispose]())

  test.each([
    ["FULL", "OFF"],
    ["MINIMAL", "OFF"],
    ["NOBLOB", "OFF"],
    ["FULL", "ON"],
    ["MINIMAL", "ON"],
  ])(
    "every type with %s images, compression %s: an independent decoder agrees",
    async (image, compression) => {
      const file = await logged(server, async () => {
        const columns = printable(flavor)
        if (flavor === "mariadb") {
          await server.query(`SET GLOBAL log_bin_compress=${compression}`)
          await server.query("SET GLOBAL log_bin_compress_min_len=10")
        }
        const connection = await server.connect()
        await connection.query(`SET sql_mode='', time_zone='+00:00', binlog_row_image=${image}`)
        if (flavor === "mysql") await connection.query(`SET binlog_transaction_compression=${compression}`)
        await connection.query("DROP TABLE IF EXISTS every.t")
        await connection.query(
          `CREATE TABLE every.t (id INT PRIMARY KEY, ${columns.map(({ name, type }) => `${name} ${type}`).join(", ")})`,
        )
        await changeRows(connection, columns, createRandom(SEED))
        await connection.end()
      })
      const result = await compareFile(program, file, signal)
      expect(result.shown).toEqual([])
      const { events, rows, values, notComparable, differences } = result
      expect(differences).toBe(0)
      expect(rows).toBeGreaterThan(ROWS)
      expect(values).toBeGreaterThan(ROWS * 50)
      // Compressed columns of MariaDB, and end positions that 11.8 leaves out; nothing else is not told.
      const compressed = printable(flavor).filter(({ type }) => type.endsWith("COMPRESSED")).length
      expect(notComparable).toBeLessThanOrEqual(rows * 2 * compressed + (version === "11.8" ? events : 0))
      expect(notComparable > 0).toBe(compressed > 0)
    },
  )
})

describe("mysql alone", () => {
  let server: DatabaseServer
  let program: string

  beforeAll(async () => {
    program = await binlogTool("mysql")
    server = await startDatabase("mysql")
    await server.query("CREATE DATABASE every")
  })
  afterAll(async () => server[Symbol.asyncDispose]())

  test("changes of parts of JSON documents", async () => {
    const file = await logged(server, async () => {
      await server.query("CREATE TABLE every.j (id INT PRIMARY KEY, j JSON)")
      await server.query("SET binlog_row_value_options=PARTIAL_JSON")
      const document = {
        a: "first",
        b: [1, 2, 3],
        c: { d: null, "e f": "x'y\"z\\" },
        g: 1.5,
        h: "0123456789",
      }
      await server.query("INSERT INTO every.j VALUES (1, ?)", [
        JSON.stringify({ ...document, pad: "p".repeat(500) }),
      ])
      for (const change of [
        "JSON_SET(j, '$.a', 'it''s \"new\" \\\\ \\n')",
        "JSON_SET(j, '$.b[1]', 7, '$.g', 2.0)",
        "JSON_REPLACE(j, '$.c', CAST('{\"x\": [1, true]}' AS JSON))",
        "JSON_SET(j, '$.a', true, '$.h', CAST('null' AS JSON))",
        "JSON_ARRAY_INSERT(j, '$.b[0]', 'front')",
        "JSON_REMOVE(j, '$.c', '$.b[2]')",
        "JSON_SET(j, '$.a', CAST('2026-11-22 12:34:56' AS DATETIME))",
        "JSON_SET(j, '$.\"new key\"', -1.5e300)",
      ])
        await server.query(`UPDATE every.j SET j = ${change}`)
    })
    const result = await compareFile(program, file, signal)
    expect(result).toMatchObject({ shown: [], differences: 0, notComparable: 0 })
    expect(result.rows).toBe(9)
  })

  test("what the program cannot print counts as not comparable, and a difference ends the command with 1", async () => {
    const file = await logged(server, async () => {
      await server.query("CREATE TABLE every.g (id INT PRIMARY KEY, p POINT, v INT)")
      await server.query("INSERT INTO every.g VALUES (1, POINT(1, 2), 3), (2, NULL, 4)")
    })
    expect(await compareFile(program, file, signal)).toMatchObject({
      rows: 2,
      values: 1,
      notComparable: 5,
      differences: 0,
    })
    const main = new URL("../main.ts", import.meta.url).pathname
    await using same = await spawnApp(main, { args: ["--verify-with", program, file] })
    expect(await same.exited).toMatchObject({ code: 0 })
    expect(same.stdout).toEqual([expect.stringMatching(/: same .* 5 not comparable$/)])
    // A program that prints another file's events.
    const other = await logged(server, () => server.query("INSERT INTO every.g VALUES (3, NULL, 5)"))
    await using differing = await spawnApp(main, {
      args: ["--verify-with", lyingTool(server, program, other), file],
    })
    expect(await differing.exited).toMatchObject({ code: 1 })
    expect(differing.stdout[0]).toMatch(/: \d+ differences/)
  })
})

/** Runs changes; gives the path of the binlog file that has them and nothing else. */
async function logged(server: DatabaseServer, change: () => Promise<unknown>): Promise<string> {
  await server.query("FLUSH BINARY LOGS")
  const files = readdirSync(server.dataDir).filter((name) => /^binlog\.\d+$/.test(name))
  await change()
  await server.query("FLUSH BINARY LOGS")
  return join(server.dataDir, files.sort().at(-1) ?? "")
}

/** Writes a script that runs the program on another file than it is asked to. */
function lyingTool(server: DatabaseServer, program: string, file: string): string {
  const script = join(server.dataDir, "other-file.sh")
  writeFileSync(
    script,
    `#!/bin/sh\nexec '${program}' --no-defaults --base64-output=DECODE-ROWS -vv '${file}'\n`,
  )
  chmodSync(script, 0o755)
  return script
}

/** Inserts rows, changes some columns of each, and deletes some. */
async function changeRows(
  connection: Awaited<ReturnType<DatabaseServer["connect"]>>,
  columns: readonly TypedColumn[],
  random: Random,
): Promise<void> {
  const valueOf = (column: TypedColumn): string | number | Buffer | null =>
    random.integer(0, 11) === 0 ? null : column.value(random)
  const row = `(?,${columns.map(({ placeholder }) => placeholder).join(",")})`
  const insert = `INSERT INTO every.t VALUES ${Array.from({ length: ROWS / 4 }, () => row).join(",")}`
  for (let id = 0; id < ROWS; id += ROWS / 4) {
    const values = Array.from({ length: ROWS / 4 }, (_, index) => [id + index, ...columns.map(valueOf)])
    await connection.execute(insert, values.flat())
  }
  for (const column of columns) {
    const update = `UPDATE every.t SET ${column.name}=${column.placeholder} WHERE id%?=?`
    await connection.execute(update, [valueOf(column), 30, random.integer(0, 29)])
  }
  await connection.query("DELETE FROM every.t WHERE id % 3 = 0")
}
