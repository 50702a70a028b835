import { fileURLToPath } from "node:url"
import { createRandom, type DatabaseServer, spawnApp, startMysql } from "@canal/testbed"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { backendNames, openBackend, startBackend } from "./chaos/backends.ts"
import { startNumberedWriter } from "./chaos/numbered-writer.ts"
import { Witness } from "./chaos/witness.ts"
import { Observer, ownerOf } from "./standby/observer.ts"
import { RawClient } from "./standby/raw-client.ts"
import { type StandingServer, startStandingServer } from "./standby/standing-server.ts"

const DESTINATION = "example"
const CLIENT_ID = 1001
/** A client that stays with its server. */
const FAITHFUL_ID = 1002
const times = { session: 2500, protection: 300 }
const PATIENCE = 60_000
const SOON = { timeout: PATIENCE, interval: 20 }
const consumerMain = fileURLToPath(import.meta.resolve("./chaos/consumer-main.ts"))

let database: DatabaseServer

beforeAll(async () => {
  database = await startMysql({ args: ["--binlog-row-metadata=FULL"] })
})

afterAll(() => database[Symbol.asyncDispose]())

describe.each(backendNames)("a server whose link to %s alone is hurt", (name) => {
  test("hands out nothing from before another owns the destination, and stands by when it is healed", async ({
    annotate,
  }) => {
    await database.query("DROP DATABASE IF EXISTS e2e")
    await using backend = await startBackend(name)
    await using observer = new Observer(openBackend(name, backend, times.session), DESTINATION, CLIENT_ID)
    const options = { ...times, name, backend, database }
    await using a = await startStandingServer(options)
    await a.app.line(/ready: destination/)
    await using b = await startStandingServer(options)
    await b.app.line(/standing by/)
    const witness = new Witness()
    await using consumer = await spawnApp(consumerMain, {
      args: [name, backend.host, String(backend.port), String(times.session), String(times.protection)],
      onStdout(line) {
        const [word, number] = line.split(" ")
        if (word === "acknowledged") witness.acknowledged("consumer")
        if (word === "change") witness.shown("consumer", Number(number))
      },
    })
    await consumer.line(/^connected/)
    await using writer = await startNumberedWriter(database, createRandom())

    await deposes("cut", a, b, () => a.toBackend.cut())
    // The other way round.
    await deposes("half-open", b, a, () => b.toBackend.pause())
    expect(await witness.acknowledges(await writer.stop(), PATIENCE)).toBe(true)
    expect(witness.violations()).toEqual([])

    async function deposes(
      how: string,
      from: StandingServer,
      to: StandingServer,
      hurt: () => void,
    ): Promise<void> {
      await expect.poll(() => observer.owner, SOON).toBe(from.address)
      await using faithful = await RawClient.connect(from.port, DESTINATION, FAITHFUL_ID)
      const refused = askOn(faithful)
      const count = from.handed.length
      await expect.poll(() => from.handed.length, SOON).toBeGreaterThan(count + 20)
      const seen = observer.running.length
      const lines = from.app.stderr.length
      const hurtAt = Date.now()
      hurt()
      await expect.poll(() => observer.owner, SOON).toBe(to.address)
      const sightings = observer.running.slice(seen)
      const gone = sightings.find((sighting) => ownerOf(sighting) !== from.address)?.at ?? 0
      const taken = sightings.find((sighting) => ownerOf(sighting) === to.address)?.at ?? 0
      expect(await refused).toMatch(/should start first/)

      const said = from.app.stderr.slice(lines)
      const suspended = saidAt(
        said.find((line) => line.includes("does not answer: nothing is done until it does")),
      )
      const last = from.handed.at(-1) ?? 0
      expect(last).toBeGreaterThanOrEqual(hurtAt - 1000)
      expect(last).toBeLessThanOrEqual(suspended)
      expect(last).toBeLessThanOrEqual(gone)
      expect(suspended).toBeLessThan(taken)
      expect(said.join("\n")).toMatch(/the session with .* is over/)

      const shown = witness.greatest
      expect(await witness.reaches(writer.last + 1, PATIENCE)).toBe(true)
      expect(to.handed.length).toBeGreaterThan(0)
      from.toBackend.heal()
      await expect.poll(() => observer.servers(), SOON).toEqual([from.address, to.address].toSorted())
      await expect
        .poll(() => from.app.stderr.slice(lines).join("\n"), SOON)
        .toContain(`standing by: destination example is run by ${to.address}`)
      expect(observer.owner).toBe(to.address)
      expect(from.handed.at(-1)).toBe(last)
      await annotate(
        `${how}: last batch after ${last - hurtAt} ms, suspended after ${suspended - hurtAt} ms, node gone after ` +
          `${gone - hurtAt} ms, taken after ${taken - hurtAt} ms, change ${shown} shown by then`,
      )
    }
  })
})

/** Asks one server for batches again and again until it refuses, and says how. */
async function askOn(client: RawClient): Promise<string> {
  client.subscribe()
  await client.answer()
  for (;;) {
    client.get(60_000)
    const answer = await client.answer()
    if (answer === undefined) return "closed"
    if (answer.refusal !== "") return answer.refusal
    if (answer.batchId !== -1) client.acknowledge(answer.batchId)
  }
}

/** Milliseconds since 1970 of a line of a log in UTC. */
function saidAt(line: string | undefined): number {
  const [, day, time] = /^\[([\d-]+) ([\d:.]+)\]/.exec(line ?? "") ?? []
  if (day === undefined || time === undefined) throw new Error(`no line with a time: ${line}`)
  return Date.parse(`${day}T${time}Z`)
}
