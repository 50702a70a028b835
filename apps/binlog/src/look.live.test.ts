import { execFile } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { type Flavor, spawnApp, startDatabase } from "@canal/testbed"
import { expect, test } from "vitest"

const main = fileURLToPath(new URL("main.ts", import.meta.url))

test.each<Flavor>(["mysql", "mariadb"])(
  "a live %s shows what its file shows, and filters alike",
  async (flavor) => {
    await using database = await startDatabase(flavor, { args: ["--binlog-row-metadata=FULL"] })
    await database.query("CREATE DATABASE shop")
    await database.query("CREATE TABLE shop.orders (id INT PRIMARY KEY, state VARCHAR(20))")
    await database.query("INSERT INTO shop.orders VALUES (1, 'new'), (2, 'new')")
    await database.query("UPDATE shop.orders SET state = 'paid' WHERE id = 1")
    const [status] = await database.query(
      flavor === "mysql" ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS",
    )
    const file = String(status?.["File"])
    const end = `${file}:${String(status?.["Position"])}`
    await database.query("DELETE FROM shop.orders")

    for (const wanted of [[], ["--table", "shop\\.orders", "--type", "update,delete"]]) {
      const options = ["--format", "json", "--stop", end, ...wanted]
      await using ofFile = await spawnApp(main, { args: [join(database.dataDir, file), ...options] })
      expect(await ofFile.exited).toMatchObject({ code: 0 })
      await using live = await spawnApp(main, {
        args: ["--from", `${file}:4`, ...options],
        environment: { CANAL_SOURCE: database.url() },
      })
      expect(await live.exited).toMatchObject({ code: 0 })
      // A source sends the format of its file as made up for the dump.
      const sent = ofFile.stdout.filter((line) => !line.includes('"type":"format-description"'))
      expect(live.stdout.filter((line) => !line.includes('"type":"format-description"'))).toEqual(sent)
      expect(sent.at(wanted.length === 0 ? -2 : -1)).toContain(
        '"before":[["1","new"]],"after":[["1","paid"]]',
      )
    }
  },
)

test("a reader that goes away ends it quietly", async () => {
  const file = fileURLToPath(new URL("../../../fixtures/recordings/chunks-mysql/binlog", import.meta.url))
  const script = `set -o pipefail; "${process.execPath}" "${main}" "${file}" --format json | head -1`
  const { stdout, stderr } = await promisify(execFile)("bash", ["-c", script])
  expect(stdout).toMatch(/^\{"file":"binlog","position":4,.*\}\n$/)
  expect(stderr).toBe("")
})
