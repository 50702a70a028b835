import { copyFileSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { createScratchFolder, freePort, startDatabase } from "@canal/testbed"
import { expect, test } from "vitest"
import { startServer, startWatch } from "./apps.ts"

const FOLDER = new URL("../../../fixtures/recordings/stops/", import.meta.url)

/** The rows of each recorded binlog, as `packages/server/src/encode/recordings/stops.test.ts` reads them. */
const ROWS: unknown = JSON.parse(readFileSync(new URL("rows.json", FOLDER), "utf8"))

test.each(["mysql", "mariadb"] as const)(
  "the binlogs of %s at which Java stops pass through server and client",
  async (flavor) => {
    const recorded = Object.entries(typeof ROWS === "object" && ROWS !== null ? ROWS : {}).filter(([name]) =>
      name.endsWith(`-${flavor}`),
    )
    expect(recorded.length).toBeGreaterThan(0)
    // Some of the files have GTIDs and some have none.
    await using database = await startDatabase(flavor, {
      args: flavor === "mysql" ? ["--gtid-mode=ON_PERMISSIVE", "--enforce-gtid-consistency=ON"] : [],
    })
    await database.stop()
    // From now on the recorded files are its own, in front of the one that it begins when it starts.
    const files = recorded.map(([name], index) => {
      const file = `binlog.${String(index + 1).padStart(6, "0")}`
      copyFileSync(fileURLToPath(new URL(`${name}.binlog`, FOLDER)), join(database.dataDir, file))
      return file
    })
    writeFileSync(join(database.dataDir, "binlog.index"), files.map((file) => `./${file}\n`).join(""))
    await database.restart()
    await database.query("CREATE DATABASE behind")
    await database.query("CREATE TABLE behind.all_of_them (id INT PRIMARY KEY)")
    await database.query("INSERT INTO behind.all_of_them VALUES (1)")

    using folder = createScratchFolder("stops")
    const port = await freePort()
    await using _server = await startServer({
      source: database.url(),
      port,
      data: folder.path,
      from: "binlog.000001:4",
    })
    await using client = await startWatch({
      server: `127.0.0.1:${port}`,
      destination: "example",
      format: "json",
    })
    await client.line(/"table":"all_of_them","ts":/)
    const delivered = client.stdout.flatMap(rowsOf).filter((row) => !row.includes(" behind."))
    expect(delivered).toEqual(recorded.flatMap(([, rows]: [string, unknown]) => rows))
  },
)

function rowsOf(text: string): readonly string[] {
  const line: unknown = JSON.parse(text)
  if (typeof line !== "object" || line === null || !("data" in line) || !Array.isArray(line.data)) return []
  if (!("type" in line && "database" in line && "table" in line)) return []
  return line.data.map(
    (row: unknown) =>
      `${String(line.type)} ${String(line.database)}.${String(line.table)} ${JSON.stringify(row)}`,
  )
}
