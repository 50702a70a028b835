import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { createServerCertificate, type EtcdServer, startEtcd, startProxy } from "@canal/testbed"
import { Etcd3 } from "etcd3"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import type { Coordinator } from "../../coordinator.ts"
import { etcd } from "./etcd.ts"
import type { EtcdOptions } from "./etcd-options.ts"

const LOGIN = { user: "canal", password: "its password" }

async function connect(options: EtcdOptions): Promise<Coordinator> {
  const coordinator = await etcd({ sessionTimeout: 4000, ...options }).connect()
  onTestFinished(() => coordinator[Symbol.asyncDispose]())
  return coordinator
}

describe("with users", () => {
  let guarded: EtcdServer

  beforeAll(async () => {
    guarded = await startEtcd()
    const admin = new Etcd3({ hosts: guarded.endpoint })
    await admin.user("root").create("root password")
    await admin.role("root").create()
    await admin.user("root").addRole("root")
    const role = await admin.role("canal").create()
    await role.grant({ permission: "Readwrite", range: admin.range({ prefix: "/canal/" }) })
    await admin.user(LOGIN.user).create(LOGIN.password)
    await admin.user(LOGIN.user).addRole("canal")
    await admin.auth.authEnable()
    admin.close()
  })

  afterAll(() => guarded[Symbol.asyncDispose]())

  test("a user reads, writes and watches what the role allows", async () => {
    const coordinator = await connect({ endpoints: guarded.endpoint, prefix: "/canal", ...LOGIN })
    const watched = new AbortController()
    const states: (string | undefined)[] = []
    const watching = (async () => {
      for await (const node of coordinator.watch("/node", { signal: watched.signal })) states.push(node?.data)
    })()
    await coordinator.put("/node", "1", { ephemeral: true })
    await expect.poll(() => states.at(-1)).toBe("1")
    const elsewhere = etcd({ endpoints: guarded.endpoint, prefix: "/else", ...LOGIN }).connect()
    await expect(elsewhere).rejects.toMatchObject({ code: "REFUSED" })
    // Tokens do not outlive the server that gave them.
    await guarded.kill9()
    await guarded.restart()
    await expect.poll(() => coordinator.session.state, { timeout: 20_000 }).toBe("connected")
    await expect
      .poll(() => coordinator.put("/node", "2").then(({ data }) => data, String), { timeout: 20_000 })
      .toBe("2")
    await expect.poll(() => states.at(-1), { timeout: 20_000 }).toBe("2")
    watched.abort()
    await watching
  })

  test("a token that etcd does not know any more is replaced", async () => {
    await using proxy = await startProxy({ to: guarded })
    const endpoints = `${proxy.host}:${proxy.port}`
    const coordinator = await connect({ endpoints, prefix: "/canal", ...LOGIN })
    await coordinator.put("/token", "1")
    // Setting a password, be it the same one, ends the user's tokens.
    const admin = new Etcd3({
      hosts: guarded.endpoint,
      auth: { username: "root", password: "root password" },
    })
    await admin.user(LOGIN.user).setPassword(LOGIN.password)
    admin.close()
    expect((await coordinator.put("/token", "2")).data).toBe("2")
    expect(proxy.connections).toBe(1)
    await coordinator[Symbol.asyncDispose]()
    await expect.poll(() => proxy.connections).toBe(0)
  })

  test.each([
    ["a wrong password", { user: "canal", password: "another" }],
    ["an unknown user", { user: "nobody", password: "its password" }],
    ["no user", {}],
  ])("%s is refused", async (_, login) => {
    const connecting = etcd({ endpoints: guarded.endpoint, prefix: "/canal", ...login }).connect()
    await expect(connecting).rejects.toMatchObject({ code: "REFUSED" })
    await expect(connecting).rejects.not.toThrow("another")
  })

  test("a user where etcd has none is refused", async () => {
    await using open = await startEtcd()
    const connecting = etcd({ endpoints: open.endpoint, user: "canal", password: "x" }).connect()
    await expect(connecting).rejects.toMatchObject({ code: "REFUSED" })
  })
})

test("TLS with an authority of one's own, and with no other", async () => {
  const certificate = createServerCertificate()
  await using secure = await startEtcd({ certificate })
  const endpoints = `localhost:${secure.port}`
  const coordinator = await connect({ endpoints, tls: { ca: certificate.ca } })
  expect((await coordinator.put("/a", "1")).data).toBe("1")
  await coordinator[Symbol.asyncDispose]()
  const stopped = new AbortController()
  let notice: unknown
  const told = (told: unknown) => {
    notice = told
    stopped.abort()
  }
  subscribe("canal:coordination", told)
  onTestFinished(() => void unsubscribe("canal:coordination", told))
  const { ca } = createServerCertificate()
  await expect(etcd({ endpoints, tls: { ca } }).connect({ signal: stopped.signal })).rejects.toThrow()
  expect(notice).toMatchObject({ level: "warning" })
  expect(JSON.stringify(notice)).toContain("certificate")
})
