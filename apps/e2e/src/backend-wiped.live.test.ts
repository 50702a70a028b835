import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { type App, createRandom, type DatabaseServer, spawnApp, startMysql } from "@canal/testbed"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type BackendName, backendNames, type BackendServer, startBackend } from "./chaos/backends.ts"
import { type NumberedWriter, startNumberedWriter } from "./chaos/numbered-writer.ts"
import { Witness } from "./chaos/witness.ts"
import { type StandingServer, startStandingServer } from "./standby/standing-server.ts"

const times = { session: 3000, protection: 200 }
const PATIENCE = 60_000
const WRITTEN_BACK =
  /ERROR: the backend has lost the clients of destination example: 1 cursors are written back/
const consumerMain = fileURLToPath(import.meta.resolve("./chaos/consumer-main.ts"))

let database: DatabaseServer

beforeAll(async () => {
  database = await startMysql({ args: ["--binlog-row-metadata=FULL"] })
})

afterAll(() => database[Symbol.asyncDispose]())

/** An owner, one that stands by, and a client at work. */
interface Cluster extends AsyncDisposable {
  readonly backend: BackendServer
  readonly owner: StandingServer
  readonly standby: StandingServer
  readonly consumer: App
  readonly writer: NumberedWriter
  readonly witness: Witness
}

async function startCluster(name: BackendName): Promise<Cluster> {
  await using stack = new AsyncDisposableStack()
  await database.query("DROP DATABASE IF EXISTS e2e")
  const backend = stack.use(await startBackend(name))
  const options = { ...times, name, backend, database }
  const owner = stack.use(await startStandingServer(options))
  await owner.app.line(/ready: destination/)
  const standby = stack.use(await startStandingServer(options))
  await standby.app.line(/standing by/)
  const witness = new Witness()
  const consumer: App = stack.use(
    await spawnApp(consumerMain, {
      args: [name, backend.host, String(backend.port), String(times.session), String(times.protection)],
      onStdout(line) {
        const [word, number] = line.split(" ")
        if (word === "acknowledged") witness.acknowledged("consumer")
        if (word === "change") witness.shown("consumer", Number(number))
      },
    }),
  )
  await consumer.line(/^connected/)
  const writer = stack.use(await startNumberedWriter(database, createRandom()))
  expect(await witness.acknowledges(writer.last + 20, PATIENCE)).toBe(true)
  const kept = stack.move()
  return {
    backend,
    owner,
    standby,
    consumer,
    writer,
    witness,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  }
}

/** Lets acknowledgements come that the backend does not hear of any more. */
async function hang({ backend, owner }: Cluster): Promise<void> {
  backend.pause()
  await owner.app.line(/does not answer: nothing is done until it does/)
}

async function expectNothingLost({ witness, writer }: Cluster): Promise<void> {
  expect(await witness.reaches(writer.last + 1, PATIENCE)).toBe(true)
  expect(await witness.acknowledges(await writer.stop(), PATIENCE)).toBe(true)
  expect(witness.violations()).toEqual([])
}

describe.each(backendNames)("%s that comes back empty", (name) => {
  test("gets the cursors back as they were last known", async () => {
    await using cluster = await startCluster(name)
    await hang(cluster)
    await cluster.backend.wipe()
    await cluster.owner.app.line(WRITTEN_BACK)
    await expectNothingLost(cluster)
  })

  test("gets them back before anyone begins anew, whoever is there before the last owner", async () => {
    await using cluster = await startCluster(name)
    const { backend, owner, standby, consumer } = cluster
    await hang(cluster)
    owner.toBackend.cut()
    standby.toBackend.cut()
    await backend.wipe()
    await consumer.line(/no server runs destination/)
    standby.toBackend.heal()
    await standby.app.line(/the server that ran it last gets time to write them back/)
    await sleep(1000)
    owner.toBackend.heal()
    await owner.app.line(WRITTEN_BACK)
    await expectNothingLost(cluster)
  })
})
