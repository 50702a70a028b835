import { fileURLToPath } from "node:url"
import { spawnApp, startMysql } from "@canal/testbed"
import { expect, test } from "vitest"

function example(name: string): string {
  return fileURLToPath(import.meta.resolve(`../../../examples/${name}`))
}

test("the examples run: one follows a source, one prints the rows of its file", async () => {
  await using database = await startMysql({ args: ["--binlog-row-metadata=FULL"] })
  await database.query("CREATE DATABASE shop")
  await using follower = await spawnApp(example("follow-a-source.ts"), { args: [database.url()] })
  await follower.line(/^up to binlog\.\d+ \d+$/)
  await database.query("CREATE TABLE shop.orders (id INT PRIMARY KEY, state VARCHAR(20))")
  await database.query("INSERT INTO shop.orders VALUES (1, 'new')")
  await database.query("UPDATE shop.orders SET state = 'paid'")
  await follower.line(/^CREATE TABLE shop\.orders/)
  await follower.line(/^insert shop\.orders undefined \[ 1, 'new' \]$/)
  await follower.line(/^update shop\.orders \[ 1, 'new' \] \[ 1, 'paid' \]$/)
  follower.kill("SIGINT")
  expect(await follower.exited).toMatchObject({ code: 0 })

  const [status] = await database.query("SHOW BINARY LOG STATUS")
  const file = `${database.dataDir}/${String(status?.["File"])}`
  await using reader = await spawnApp(example("rows-of-a-file.ts"), { args: [file] })
  expect(await reader.exited).toMatchObject({ code: 0 })
  expect(reader.stdout).toEqual([
    expect.stringMatching(/^binlog\.\d+:\d+ insert shop\.orders \{ id: 1, state: 'new' \}$/),
    expect.stringMatching(/^binlog\.\d+:\d+ update shop\.orders \{ id: 1, state: 'paid' \}$/),
  ])
})
