import { connect } from "node:net"
import { once } from "node:events"
import { type App, createScratchFolder, freePort, startMariadb, startMysql, startProxy } from "@canal/testbed"
import { describe, expect, test } from "vitest"
import { launchServer, startConsumer } from "./apps.ts"
import { complaintsOf } from "./refusal.ts"

/** Longer than the minute between two reminders. */
const REMINDED = { withinMs: 100_000 }

describe.concurrent("a source that does not answer", { timeout: 180_000 }, () => {
  test("since nothing listens there: a line at once, one a minute, and the server goes on once it is there", async ({
    expect,
  }) => {
    await using database = await startMariadb()
    using folder = createScratchFolder("waiting")
    const port = await freePort()
    await database.query("CREATE DATABASE e2e")
    await database.query("CREATE TABLE e2e.changes (n INT PRIMARY KEY)")
    await database.stop()
    await using server = await launchServer({ source: database.url(), port }, { folder: folder.path })
    await server.line(/Still waiting/, REMINDED)
    expect(complaintsOf(server)).toEqual([
      expect.stringMatching(/WARN: Waiting for the source 127\.0\.0\.1:\d+: connect ECONNREFUSED/),
      expect.stringMatching(/WARN: Still waiting for the source 127\.0\.0\.1:\d+: connect ECONNREFUSED/),
    ])
    // A client may come first, too.
    await using consumer = await startConsumer(port)
    await database.restart()
    await server.line(/ready: destination example follows/)
    await server.line(/INFO: The source 127\.0\.0\.1:\d+ is there/)
    await consumer.line(/^connected/)
    await database.query("INSERT INTO e2e.changes VALUES (1)")
    await consumer.line(/^acknowledged 1$/)
    expect(await server.terminate()).toEqual({ code: 0, signal: undefined })
    expect(server.stdout).toEqual([])
  })

  test("since it hangs: at the start, and while it is followed", async ({ expect }) => {
    await using database = await startMysql()
    using folder = createScratchFolder("hanging")
    const port = await freePort()
    await database.query("CREATE DATABASE e2e")
    await database.query("CREATE TABLE e2e.changes (n INT PRIMARY KEY)")
    database.pause()
    await using server = await launchServer({ source: database.url(), port }, { folder: folder.path })
    await server.line(/WARN: Waiting for the source 127\.0\.0\.1:\d+: .*/)
    database.resume()
    await server.line(/ready: destination example follows/)
    await using consumer = await startConsumer(port)
    await consumer.line(/^connected/)
    await database.query("INSERT INTO e2e.changes VALUES (1)")
    await consumer.line(/^acknowledged 1$/)

    database.pause()
    await server.line(/WARN: The source 127\.0\.0\.1:\d+ is lost and is tried again: nothing came/, REMINDED)
    database.resume()
    await database.query("INSERT INTO e2e.changes VALUES (2)")
    await consumer.line(/^acknowledged 2$/)
    expect(complaintsOf(server)).toHaveLength(2)
    expect(await server.terminate()).toEqual({ code: 0, signal: undefined })
  })

  test("since the network swallows everything", async ({ expect }) => {
    await using database = await startMariadb()
    await using proxy = await startProxy({ to: database })
    using folder = createScratchFolder("swallowing")
    proxy.pause()
    const source = `mysql://canal:canal@127.0.0.1:${proxy.port}`
    await using server = await launchServer({ source, port: 0 }, { folder: folder.path })
    await server.line(/WARN: Waiting for the source/)
    proxy.heal()
    await server.line(/ready: destination example follows/)
    expect(complaintsOf(server)).toHaveLength(1)
  })
})

/** Asks a server to end, and tells how it did and what it said beyond how things go. */
async function ended(server: App, signal: NodeJS.Signals): Promise<unknown> {
  server.kill(signal)
  return {
    ...(await server.exited),
    stdout: server.stdout,
    complaints: complaintsOf(server),
    last: server.stderr.at(-1)?.replace(/^.*INFO: /, ""),
  }
}

const inOrder = { code: 0, signal: undefined, stdout: [], last: "stopping: cursors are flushed" }

describe.each(["SIGTERM", "SIGINT"] as const)("%s ends a server with 0", (signal) => {
  test("that waits for a source where nothing listens", async () => {
    using folder = createScratchFolder("ending")
    const source = `mysql://canal:canal@127.0.0.1:${await freePort()}`
    await using server = await launchServer({ source, port: 0 }, { folder: folder.path })
    await server.line(/Waiting for the source/)
    const complaints = [expect.stringMatching(/Waiting for the source/)]
    expect(await ended(server, signal)).toEqual({ ...inOrder, complaints })
  })

  test("whose source has not answered yet", async () => {
    await using database = await startMariadb()
    using folder = createScratchFolder("ending")
    database.pause()
    const port = await freePort()
    await using server = await launchServer({ source: database.url(), port }, { folder: folder.path })
    await server.line(/clients are served on port/)
    // A client that waits for the source as well.
    const client = connect(port, "127.0.0.1")
    await once(client, "data")
    expect(await ended(server, signal)).toEqual({ ...inOrder, complaints: [] })
    client.destroy()
  })

  test("at any moment of its coming up", async () => {
    await using database = await startMysql()
    using folder = createScratchFolder("ending")
    for (const seen of [/clients are served/, /clients are served/, /ready: /]) {
      await using server = await launchServer({ source: database.url(), port: 0 }, { folder: folder.path })
      await server.line(seen)
      expect(await ended(server, signal)).toEqual({ ...inOrder, complaints: [] })
    }
  })
})
