import { readFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { type App, createScratchFolder, freePort, startMysql } from "@canal/testbed"
import { expect, test } from "vitest"
import { launchServer, startWatch } from "./apps.ts"
import { backendFlag, backendNames, startBackend } from "./chaos/backends.ts"
import { complaintsOf } from "./refusal.ts"

/** Milliseconds. */
const AT_START = 12_000
const AWAY = 62_000
const WARM = 20_000
/** Of a processor, while the backend is away: looking for it every few seconds costs a hundredth or two. */
const IDLE = 0.1
/** Bytes by which memory may grow in 40 s without anything being wrong. */
const NOISE = 32 << 20
/** A client whose session the backend has not ended yet holds its place for that long, and the protection time. */
const PATIENCE = { withinMs: 110_000 }
const ANSWERS_NOT = /does not answer \(.*\); trying again until it does/

test(
  "backends that are not there at the start, and then go away: few lines, no work, and everything goes on",
  { timeout: 300_000 },
  async ({ annotate }) => {
    await using stack = new AsyncDisposableStack()
    const database = stack.use(await startMysql())
    await database.query("CREATE DATABASE e2e")
    await database.query("CREATE TABLE e2e.changes (n INT PRIMARY KEY)")
    const sides = await Promise.all(
      backendNames.map(async (name) => {
        const backend = stack.use(await startBackend(name))
        await backend.kill9()
        const folder = stack.use(createScratchFolder("away")).path
        const args = backendFlag(name, backend)
        const flags = {
          source: database.url(),
          port: await freePort(),
          bind: "127.0.0.1",
          advertise: "127.0.0.1",
        }
        const server = stack.use(await launchServer({ ...flags, session: 3000 }, { folder, args }))
        const client = stack.use(await startWatch({ format: "json" }, { folder, args }))
        return { name, backend, server, client }
      }),
    )
    const apps = sides.flatMap(({ name, server, client }) => [
      { name: `canal-server over ${name}`, app: server },
      { name: `canal-client over ${name}`, app: client },
    ])
    const all = (act: (side: (typeof sides)[number]) => Promise<unknown>): Promise<unknown> =>
      Promise.all(sides.map(act))
    const shown = (n: number) =>
      all(({ client }) => client.line(new RegExp(`"data":\\[\\{"n":"${n}"\\}\\]`), PATIENCE))

    await Promise.all(apps.map(({ app }) => app.line(ANSWERS_NOT)))
    await sleep(AT_START)
    for (const { name, app } of apps)
      expect(
        complaintsOf(app).filter((line) => ANSWERS_NOT.test(line)),
        name,
      ).toHaveLength(1)
    for (const { name, server } of sides) expect(complaintsOf(server), name).toHaveLength(1)
    for (const { name, client } of sides) expect(client.stderr, name).toHaveLength(1)
    await all(({ backend }) => backend.restart())
    await all(({ server }) => server.line(/ready: destination/))
    await all(({ client }) => client.line(/connected to/))
    await database.query("INSERT INTO e2e.changes VALUES (1)")
    await shown(1)

    const said = apps.map(({ app }) => app.stderr.length)
    await all(({ backend }) => backend.kill9())
    await sleep(WARM)
    const before = apps.map(({ app }) => ({ cpu: processorTime(app), memory: app.residentMemory() }))
    await sleep(AWAY - WARM)
    await Promise.all(
      apps.map(async ({ name, app }, index) => {
        const cpu = processorTime(app) - (before[index]?.cpu ?? 0)
        const grown = app.residentMemory() - (before[index]?.memory ?? 0)
        const lines = app.stderr.slice(said[index])
        await annotate(
          `${name}: ${cpu.toFixed(2)} s of processor time and ${Math.round(grown / 1024)} KiB in ` +
            `${(AWAY - WARM) / 1000} s, ${lines.length} lines in ${AWAY / 1000} s`,
        )
        expect(cpu, name).toBeLessThan(((AWAY - WARM) / 1000) * IDLE)
        expect(grown, name).toBeLessThan(NOISE)
        // One at once and one after a minute; besides what ends with the session.
        expect(lines.filter((line) => ANSWERS_NOT.test(line)).length, lines.join("\n")).toBeLessThanOrEqual(2)
        expect(lines.length, lines.join("\n")).toBeLessThanOrEqual(10)
      }),
    )

    await database.query("INSERT INTO e2e.changes VALUES (2)")
    await all(({ backend }) => backend.restart())
    await Promise.all(
      apps.map(({ app }, index) =>
        expect
          .poll(() => app.stderr.slice(said[index]), { timeout: 60_000 })
          .toContainEqual(expect.stringMatching(/ at 127\.0\.0\.1:\d+.* answers$/)),
      ),
    )
    await all(({ server }) =>
      expect
        .poll(() => server.stderr.filter((line) => line.includes("ready: destination")), { timeout: 60_000 })
        .toHaveLength(2),
    )
    // What was committed meanwhile comes, and what was acknowledged does not come again.
    await shown(2)
    for (const { name, client } of sides) expect(client.stdout, name).toHaveLength(2)
  },
)

/** Seconds of a processor that a process has used. */
function processorTime({ pid }: App): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ")
  const ticksPerSecond = 100
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}
