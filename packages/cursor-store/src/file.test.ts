import { once } from "node:events"
import { fork } from "node:child_process"
import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createMemorySpace } from "@canal/coordination/memory"
import { expect, test } from "vitest"
import { parseMetaData } from "./cursor-json.ts"
import { CursorStoreError } from "./cursor-store.ts"
import { fileCursors, openFileCursorStore } from "./file.ts"
import { cursorAt, cursorStoreContract } from "./testing/cursor-store-contract.ts"

async function temporary() {
  const directory = await mkdtemp(join(tmpdir(), "canal-cursors-"))
  return {
    directory,
    file: join(directory, "example", "meta.dat"),
    open: (flushPeriod?: number) =>
      openFileCursorStore({
        directory,
        destination: "example",
        ...(flushPeriod === undefined ? {} : { flushPeriod }),
      }),
    survives: true,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

cursorStoreContract(test, temporary)

test("nothing but meta.dat stays after closing, and nothing is written without a client", async () => {
  await using at = await temporary()
  {
    await using store = await at.open()
    await store.flush()
  }
  expect(await readdir(join(at.directory, "example"))).toEqual([])
  {
    await using store = await at.open()
    await store.subscribe({ clientId: 1001, filter: "" })
  }
  expect(await readdir(join(at.directory, "example"))).toEqual(["meta.dat"])
})

test("a subscription is on the disk when it resolves, a moved cursor after the flush period", async () => {
  await using at = await temporary()
  await using store = await at.open(5)
  await store.subscribe({ clientId: 1001, filter: "" })
  expect(await readFile(at.file, "utf8")).toBe(
    `{"clientDatas":[{"clientIdentity":{"clientId":1001,"destination":"example","filter":""}}],"destination":"example"}`,
  )
  store.move(1001, cursorAt(77))
  await expect.poll(() => readFile(at.file, "utf8")).toContain(`"position":77`)
})

test.each(["", "\0\0\0\0", "{", `{"clientDatas":[{"clientIdentity":{}}]}`])(
  "a file that holds %j is named and left as it is",
  async (content) => {
    await using at = await temporary()
    await mkdir(join(at.directory, "example"))
    await writeFile(at.file, content)
    await expect(at.open()).rejects.toSatisfy(
      (error) =>
        error instanceof CursorStoreError && error.code === "UNREADABLE" && error.message.includes(at.file),
    )
    expect(await readFile(at.file, "utf8")).toBe(content)
  },
)

test("a second store on the same folder is refused while the first is open", async () => {
  await using at = await temporary()
  {
    await using _first = await at.open()
    await expect(at.open()).rejects.toSatisfy(
      (error) =>
        error instanceof CursorStoreError &&
        error.code === "IN_USE" &&
        error.message.includes(`process ${process.pid};`),
    )
  }
  await using again = await at.open()
  expect(await again.subscriptions()).toEqual([])
})

test("the file is opened anew by each owner, one at a time", async () => {
  await using at = await temporary()
  const coordinator = await createMemorySpace().connect()
  const cursors = fileCursors({ directory: at.directory, destination: "example" })
  {
    await using first = await cursors.open(coordinator)
    await first.subscribe({ clientId: 1001, filter: "" })
    first.move(1001, cursorAt(4))
    await expect(cursors.open(coordinator)).rejects.toMatchObject({ code: "IN_USE" })
  }
  await using second = await cursors.open(coordinator)
  expect(await second.cursor(1001)).toEqual(cursorAt(4))
  expect(await cursors.restore(coordinator)).toBe(0)
})

test("a write that fails is told once and tried again", async () => {
  await using at = await temporary()
  const told: unknown[] = []
  const listen = (message: unknown) => told.push(message)
  subscribe("canal:cursor-store", listen)
  try {
    await using store = await at.open(2)
    await store.subscribe({ clientId: 1001, filter: "" })
    await mkdir(`${at.file}.new`)
    store.move(1001, cursorAt(5))
    await expect(store.flush()).rejects.toMatchObject({ code: "NOT_WRITTEN", retryable: true })
    store.move(1001, cursorAt(6))
    await expect.poll(() => told.length).toBe(1)
    await rm(`${at.file}.new`, { recursive: true })
    await expect.poll(() => readFile(at.file, "utf8")).toContain(`"position":6`)
    expect(told).toHaveLength(1)
  } finally {
    unsubscribe("canal:cursor-store", listen)
  }
})

test("a folder that is a file is refused with its name", async () => {
  await using at = await temporary()
  await writeFile(join(at.directory, "example"), "")
  await expect(at.open()).rejects.toMatchObject({ code: "UNUSABLE" })
})

test("killed in the midst of writing, the file is always whole, and its lock is free", async () => {
  await using at = await temporary()
  let least = 0
  for (let round = 0; round < 8; round += 1) {
    const writer = fork(new URL("./testing/cursor-writer.ts", import.meta.url), [at.directory, String(least)])
    let flushed = least
    const enough = Promise.withResolvers<void>()
    writer.on("message", (offset) => {
      flushed = Number(offset)
      if (flushed >= least + 5 + round * 3) enough.resolve()
    })
    const ended = once(writer, "exit")
    await Promise.race([enough.promise, ended])
    writer.kill("SIGKILL")
    await ended
    const [client] = parseMetaData(await readFile(at.file, "utf8"))
    expect(client?.cursor?.offset).toBeGreaterThanOrEqual(flushed)
    expect(flushed).toBeGreaterThan(least)
    least = client?.cursor?.offset ?? 0
  }
  await using store = await at.open()
  expect((await store.cursor(1001))?.offset).toBe(least)
}, 30_000)
