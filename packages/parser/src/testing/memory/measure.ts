import { execFile } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { type DatabaseServer, startMysql } from "@canal/testbed"

/** What reading took. */
export interface Measured {
  readonly what: string
  readonly rows: number
  /** Of the values that are bytes. */
  readonly bytes: number
  /** Length of the binlog file. */
  readonly fileBytes: number
  /** Of the process before the first byte, and at its peak. */
  readonly startMib: number
  readonly peakMib: number
}

const READER = fileURLToPath(new URL("memory-reader.ts", import.meta.url))
const ROW = 10_000
const run = promisify(execFile)

/**
 * Has a MySQL write one compressed transaction with so many bytes of rows, and one row with a BLOB so long, and reads
 * each from its file and from the source, in a process of its own.
 */
export async function measureMemory(size: {
  readonly transactionBytes: number
  readonly blobBytes: number
}): Promise<readonly Measured[]> {
  await using server = await startMysql({
    args: ["--max-allowed-packet=1G", "--binlog-row-metadata=FULL", "--max-binlog-size=1G"],
  })
  await server.query("CREATE DATABASE d")
  await server.query("CREATE TABLE d.done (id INT)")
  await server.query("CREATE TABLE d.many (id INT PRIMARY KEY, v BLOB)")
  // InnoDB takes no BLOB that is large beside its log.
  await server.query("CREATE TABLE d.blobs (id INT PRIMARY KEY, v LONGBLOB) ENGINE=MyISAM")
  const rows = Math.ceil(size.transactionBytes / ROW)
  const measured: Measured[] = []
  for (const [what, statement] of [
    [
      "one compressed transaction",
      `INSERT INTO d.many WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
       SELECT i, CONCAT(RANDOM_BYTES(1000), RANDOM_BYTES(1000), REPEAT(UUID(), ${(ROW - 2000) / 36 + 1})) FROM n`,
    ],
    ["one BLOB", `INSERT INTO d.blobs VALUES (1, REPEAT('b', ${size.blobBytes}))`],
  ] as const) {
    await write(server, statement)
    measured.push(...(await readBoth(server, what)))
  }
  return measured
}

async function write(server: DatabaseServer, statement: string): Promise<void> {
  await server.query("SET SESSION binlog_transaction_compression=ON, cte_max_recursion_depth=1000000")
  await server.query("FLUSH BINARY LOGS")
  await server.query(statement)
  await server.query("INSERT INTO d.done VALUES (1)")
}

async function readBoth(server: DatabaseServer, what: string): Promise<readonly Measured[]> {
  const log = (await server.query("SHOW BINARY LOGS")).at(-1)
  const file = String(log?.["Log_name"])
  const path = join(server.dataDir, file)
  const fileBytes = Number(log?.["File_size"])
  return [
    { what: `${what}, from its file`, fileBytes, ...(await read([path])) },
    { what: `${what}, from the source`, fileBytes, ...(await read([path, server.url(), file])) },
  ]
}

async function read(
  args: readonly string[],
): Promise<Pick<Measured, "rows" | "bytes" | "startMib" | "peakMib">> {
  const { stdout } = await run(process.execPath, ["--max-old-space-size=64", READER, ...args])
  const result: unknown = JSON.parse(stdout)
  const count = (name: string): number => {
    const value: unknown =
      typeof result === "object" && result !== null ? Reflect.get(result, name) : undefined
    if (typeof value !== "number") throw new TypeError(`The reader printed ${stdout}`)
    return value
  }
  return {
    rows: count("rows"),
    bytes: count("bytes"),
    startMib: count("startMib"),
    peakMib: count("peakMib"),
  }
}
