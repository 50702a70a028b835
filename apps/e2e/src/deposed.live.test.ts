import { type DatabaseServer, startMysql } from "@canal/testbed"
import { afterAll, beforeAll, expect, test } from "vitest"
import { backendNames, openBackend, startBackend } from "./chaos/backends.ts"
import { Observer } from "./standby/observer.ts"
import { RawClient } from "./standby/raw-client.ts"
import { startStandingServer } from "./standby/standing-server.ts"

const DESTINATION = "example"
const CLIENT_ID = 1001
const times = { session: 2000, protection: 200 }
/** Of everything that is waited for. */
const SOON = { timeout: 60_000, interval: 50 }

let database: DatabaseServer
let last = 0

beforeAll(async () => {
  database = await startMysql()
  await database.query("CREATE DATABASE e2e")
  await database.query("CREATE TABLE e2e.changes (n INT PRIMARY KEY)")
})

afterAll(() => database[Symbol.asyncDispose]())

async function commit(rows: number): Promise<void> {
  for (let i = 0; i < rows; i++) await database.query("INSERT INTO e2e.changes VALUES (?)", [++last])
}

/** The batches that hold all that is committed, none of them acknowledged. */
async function batchesOf(client: RawClient): Promise<readonly number[]> {
  const batches: number[] = []
  for (;;) {
    // Long for the first one, which is on its way.
    client.get(batches.length === 0 ? 30_000 : 300)
    const answer = await client.answer()
    if (answer === undefined || answer.refusal !== "") throw new Error(`no batch: ${answer?.refusal}`)
    if (answer.batchId === -1) return batches
    batches.push(answer.batchId)
  }
}

async function dumps(): Promise<number> {
  const processes = await database.query("SHOW PROCESSLIST")
  return processes.filter(({ Command: command }) => String(command).startsWith("Binlog Dump")).length
}

test.each(backendNames)(
  "over %s, an owner that was stopped for longer than its session does no harm when it goes on",
  async (name) => {
    await using backend = await startBackend(name)
    await using observer = new Observer(openBackend(name, backend, times.session), DESTINATION, CLIENT_ID)
    const options = { ...times, name, backend, database }
    await using a = await startStandingServer(options)
    await a.app.line(/ready: destination/)
    await using client = await RawClient.connect(a.port, DESTINATION, CLIENT_ID)
    client.subscribe()
    expect(await client.answer()).toMatchObject({ refusal: "" })
    await expect.poll(() => observer.cursor.at(-1)?.data, SOON).toContain("journalName")
    const first = observer.cursor.at(-1)?.data
    await commit(1)
    for (const batchId of await batchesOf(client)) client.acknowledge(batchId)
    await expect.poll(() => observer.cursor.at(-1)?.data, SOON).not.toBe(first)
    await commit(1)
    const [held] = await batchesOf(client)
    if (held === undefined) throw new Error("nothing is held")
    await using b = await startStandingServer(options)
    await b.app.line(/standing by/)

    // A GET that waits for data, and, when another connection is served after it, waits indeed.
    client.get(60_000)
    await using second = await RawClient.connect(a.port, DESTINATION, CLIENT_ID)
    a.app.kill("SIGSTOP")
    await commit(5)
    client.acknowledge(held)
    client.rollBack()
    client.get(60_000)
    second.subscribe()
    second.get(60_000)
    second.acknowledge(held)
    second.unsubscribe()
    await expect.poll(() => observer.owner, SOON).toBe(b.address)
    await b.app.line(/ready: destination/)
    await using next = await RawClient.connect(b.port, DESTINATION, CLIENT_ID)
    next.subscribe()
    await next.answer()
    const adopted = observer.cursor.at(-1)?.data
    const batches = await batchesOf(next)
    const [oldest] = batches
    if (oldest === undefined) throw new Error("nothing was handed out")
    for (const batchId of batches) next.acknowledge(batchId)
    await expect.poll(() => observer.cursor.at(-1)?.data, SOON).not.toBe(adopted)
    const sightings = [...observer.cursor]

    const handed = a.handed.length
    a.app.kill("SIGCONT")
    const answers = [
      ...(await answersOf(client, ["GET", "ACK", "ROLLBACK", "GET"])),
      ...(await answersOf(second, ["SUBSCRIBE", "GET", "ACK", "UNSUBSCRIBE"])),
    ]
    for (const { refusal } of answers) expect(refusal).toMatch(/should start first|^closed$/)
    expect(a.handed.length).toBe(handed)
    await a.app.line(/the session with .* is over/)
    await a.app.line(/destination example is not run here any more/)
    await expect.poll(() => observer.servers(), SOON).toEqual([a.address, b.address].toSorted())
    await a.app.line(new RegExp(`standing by: destination example is run by ${b.address}`))
    expect(observer.owner).toBe(b.address)
    await expect.poll(dumps, SOON).toBe(1)
    expect(observer.cursor).toEqual(sightings)

    const before = observer.cursor.at(-1)?.data
    await commit(1)
    for (const batchId of await batchesOf(next)) next.acknowledge(batchId)
    await expect.poll(() => observer.cursor.at(-1)?.data, SOON).not.toBe(before)
    expect(observer.cursor.slice(0, sightings.length)).toEqual(sightings)
    expect(observer.cursor).toHaveLength(sightings.length + 1)
  },
)

/** What is answered to so many requests, until the connection is closed instead. None may hand out anything. */
async function answersOf(
  client: RawClient,
  requests: readonly string[],
): Promise<{ readonly refusal: string }[]> {
  const answers: { readonly refusal: string }[] = []
  for (const request of requests) {
    const answer = await client.answer()
    expect(answer?.entries ?? [], request).toEqual([])
    answers.push(answer ?? { refusal: "closed" })
    if (answer === undefined) break
  }
  return answers
}
