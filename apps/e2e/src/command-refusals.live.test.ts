import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { createScratchFolder, freePort } from "@canal/testbed"
import { expect, test } from "vitest"
import { launchServer, startWatch } from "./apps.ts"
import { complaintsOf, type Refusal, refusalOf } from "./refusal.ts"

/** A source that is not there: what these tests are about is found before it is asked. */
const source = `mysql://canal:canal@127.0.0.1:${await freePort()}`

async function serverRefusal(flags: Parameters<typeof launchServer>[0]): Promise<Refusal> {
  using folder = createScratchFolder("refusal")
  await using server = await launchServer({ port: 0, ...flags }, { folder: folder.path })
  return await refusalOf(server)
}

async function clientRefusal(flags: Parameters<typeof startWatch>[0]): Promise<Refusal> {
  await using client = await startWatch(flags)
  return await refusalOf(client)
}

function oneLine(code: number, message: RegExp): Refusal {
  return { code, stdout: [], complaints: [expect.stringMatching(message)] }
}

test.each([
  [{ source, prot: 3306 }, /^canal-server: --prot is not an option .*did you mean --port\?/],
  [{ source: "mysql:/x" }, /^canal-server: --source URL: .*is not mysql:\/\/USER:PASSWORD@HOST:PORT/],
  [{ source: "mysql://127.0.0.1" }, /^canal-server: --source URL: .*names no user/],
  [{}, /^canal-server: --source \(or CANAL_SOURCE\) URL: is missing; say which/],
  [{ source, user: "canal" }, /^canal-server: --user needs a password: --password P or CANAL_PASSWORD/],
  [{ source, port: 65_536 }, /^canal-server: --port N: is a whole number from 0 to 65535/],
  [{ source, from: "first" }, /^canal-server: --from .*"first" is not a position; write FILE:OFFSET/],
  [{ source, filter: "shop\\.(" }, /^canal-server: --filter REGEX: .*is no regular expression/],
  [{ source, destination: "../x" }, /^canal-server: --destination NAME: may hold letters, digits/],
  [{ source, zk: "a:1", redis: "redis://a:1" }, /^canal-server: --zk and --redis exclude each other/],
  [{ source, etcd: "ftp://a:1" }, /^canal-server: --etcd/],
  [{ source, zk: "a:1", session: 10 }, /^canal-server: --session MS: is a whole number from/],
  [{ source, ca: "nothere.pem" }, /^canal-server: --ca nothere\.pem cannot be read/],
])("canal-server %j is refused by what the command line tells", async (flags, message) => {
  expect(await serverRefusal(flags)).toEqual(oneLine(2, message))
})

test("a port that is taken, and a data folder that another server uses", async () => {
  using folder = createScratchFolder("taken")
  const flags = { source, port: await freePort(), data: folder.path }
  await using server = await launchServer(flags)
  await server.line(/clients are served on port/)
  expect(await serverRefusal({ ...flags, data: "other" })).toEqual(
    oneLine(1, new RegExp(`^canal-server: port ${flags.port} of all addresses is taken; stop what`)),
  )
  expect(await serverRefusal({ ...flags, port: 0 })).toEqual(
    oneLine(1, new RegExp(`^canal-server: .*example is in use by process ${server.pid}; stop it or choose`)),
  )
  expect(await server.terminate()).toEqual({ code: 0, signal: undefined })
})

test("a source that is something else than MySQL or MariaDB", async () => {
  using folder = createScratchFolder("other")
  const port = await freePort()
  await using other = await launchServer({ source, port }, { folder: folder.path })
  await other.line(/clients are served on port/)
  expect(await serverRefusal({ source: `mysql://canal:canal@127.0.0.1:${port}` })).toEqual(
    oneLine(
      1,
      /follow 127\.0\.0\.1:\d+ from its end: what answers there is no MySQL or MariaDB; check the host/,
    ),
  )
})

test("cursors that cannot be read are left as they are", async () => {
  using folder = createScratchFolder("unreadable")
  const path = join(folder.path, "example", "meta.dat")
  mkdirSync(join(folder.path, "example"))
  for (const text of ['{\n  "clientDatas": [\n  rubbish', "", "[1]"]) {
    writeFileSync(path, text)
    expect(await serverRefusal({ source, data: folder.path })).toEqual(
      oneLine(1, /^canal-server: .*meta\.dat holds no cursors \(.*\); it is left as it is: mend it, or move/),
    )
    expect(readFileSync(path, "utf8")).toBe(text)
  }
})

test("a data folder that cannot be written", async () => {
  using folder = createScratchFolder("unwritable")
  writeFileSync(join(folder.path, "file"), "")
  expect(await serverRefusal({ source, data: join(folder.path, "file") })).toEqual(
    oneLine(1, /^canal-server: .*file.example cannot be written: .*; choose another data folder/),
  )
})

test("what a client asks for wrongly, and the server lives on", async () => {
  using folder = createScratchFolder("client")
  const port = await freePort()
  await using server = await launchServer(
    { source, port, user: "canal", password: "right" },
    { folder: folder.path },
  )
  await server.line(/clients are served on port/)
  const flags = { server: `127.0.0.1:${port}`, user: "canal", password: "right" }
  for (const [changes, code, message] of [
    [
      { password: "wrong" },
      1,
      /^canal-client: 127\.0\.0\.1:\d+ refuses the user or the password .*check both/,
    ],
    [{ user: "other" }, 1, /^canal-client: 127\.0\.0\.1:\d+ refuses the user or the password .*check both/],
    [
      { destination: "nothere" },
      1,
      /^canal-client: .*does not run the destination "nothere".*check its name/,
    ],
    [{ filter: "(" }, 1, /^canal-client: .*refuses the subscription to "example": .*no regular expression/],
    [{ sever: "x" }, 2, /^canal-client: --sever is not an option .*did you mean --server\?/],
    [{ server: "127.0.0.1:x" }, 2, /^canal-client: --server HOST:PORT: .*say HOST:PORT/],
    [{ "client-id": 40_000 }, 2, /^canal-client: --client-id N: is a whole number from -32768 to 32767/],
    [{ changes: 0 }, 2, /^canal-client: --changes N: is a whole number from 1/],
  ] as const) {
    expect(await clientRefusal({ ...flags, ...changes })).toEqual(oneLine(code, message))
  }
  await server.line(/INFO: client 127\.0\.0\.1:\d+: authentication of user "other" failed/)
  expect(complaintsOf(server)).toEqual([expect.stringMatching(/WARN: Waiting for the source/)])
  expect(await server.terminate()).toEqual({ code: 0, signal: undefined })
})
