import { createServerCertificate, startZookeeper, type ZookeeperServer } from "@canal/testbed"
import { afterAll, beforeAll, expect, test } from "vitest"
import { zookeeper } from "./zookeeper.ts"

const certificate = createServerCertificate()
let server: ZookeeperServer
let servers: string

beforeAll(async () => {
  server = await startZookeeper({ tls: certificate })
  servers = `127.0.0.1:${server.securePort}/secure`
})
afterAll(() => server[Symbol.asyncDispose]())

test("over TLS a session reads, writes, watches and ends as it does in the clear", async () => {
  await using clear = await zookeeper({ servers: `${server.connectString}/secure` }).connect()
  const coordinator = await zookeeper({
    servers,
    tls: { ca: certificate.ca },
    digest: "canal:secret",
  }).connect()
  const written = await coordinator.put("/held", "x".repeat(300_000), { ephemeral: true })
  expect(written.mine).toBe(true)
  expect(await clear.get("/held")).toEqual({ ...written, mine: false })
  const states = coordinator.watch("/seen", { signal: new AbortController().signal })
  const watching = states[Symbol.asyncIterator]()
  expect((await watching.next()).value).toBeUndefined()
  await clear.put("/seen", "1")
  expect((await watching.next()).value).toMatchObject({ data: "1" })
  await coordinator[Symbol.asyncDispose]()
  expect(await clear.children("/")).toEqual(["seen"])
})

test("a certificate that nobody trusts is refused", async () => {
  await expect(zookeeper({ servers, tls: true }).connect()).rejects.toMatchObject({ code: "REFUSED" })
  const { ca } = createServerCertificate()
  await expect(zookeeper({ servers, tls: { ca } }).connect()).rejects.toMatchObject({ code: "REFUSED" })
})

test("a certificate of another host is refused", async () => {
  const other = createServerCertificate(["zk.example"])
  await using elsewhere = await startZookeeper({ tls: other })
  const asked = zookeeper({ servers: `127.0.0.1:${elsewhere.securePort}`, tls: { ca: other.ca } })
  await expect(asked.connect()).rejects.toThrow("is not trusted")
})
