import { existsSync } from "node:fs"
import { expect, test } from "vitest"
import { createServerCertificate } from "../certificate/server-certificate.ts"
import { startDatabase } from "./database-server.ts"

test.each([
  ["mysql", "9.7"],
  ["mariadb", "10.11"],
  ["mariadb", "11.8"],
] as const)("%s %s starts fresh, crashes without loss, hangs and goes", async (flavor, version) => {
  const server = await startDatabase(flavor, { version, args: ["--binlog-row-metadata=FULL"] })
  try {
    expect(server.version.startsWith(`${version}.`)).toBe(true)
    expect(await server.query("SHOW DATABASES LIKE 'shop'")).toEqual([])
    expect(
      await server.query(
        "SELECT @@server_id id, @@log_bin log, @@binlog_format format, @@character_set_server charset, 9007199254740993 big",
      ),
    ).toEqual([{ id: server.serverId, log: 1, format: "ROW", charset: "utf8mb4", big: "9007199254740993" }])
    expect(await server.query("SHOW VARIABLES LIKE 'binlog_row_metadata'")).toMatchObject([{ Value: "FULL" }])

    await server.query("CREATE DATABASE shop")
    await server.query("CREATE TABLE shop.orders (id INT PRIMARY KEY)")
    await server.query("INSERT INTO shop.orders VALUES (?)", [1])
    await server.kill9()
    await server.restart(["--binlog-row-metadata=MINIMAL"])
    expect(await server.query("SELECT * FROM shop.orders")).toEqual([{ id: 1 }])
    expect(await server.query("SHOW VARIABLES LIKE 'binlog_row_metadata'")).toMatchObject([
      { Value: "MINIMAL" },
    ])

    const replica = await server.connect(server.replication)
    await expect(replica.query("CREATE DATABASE other")).rejects.toMatchObject({
      code: "ER_DBACCESS_DENIED_ERROR",
    })
    server.pause()
    const answer = replica.query("SELECT 1")
    server.resume()
    await answer
    await replica.end()
    await server.stop()
  } finally {
    await server[Symbol.asyncDispose]()
  }
  expect(existsSync(server.dataDir)).toBe(false)
})

test.each(["mysql", "mariadb"] as const)("%s offers TLS for its host", async (flavor) => {
  const certificate = createServerCertificate()
  await using server = await startDatabase(flavor, { certificate })
  const connection = await server.connect({ ssl: { ca: certificate.ca, verifyIdentity: true } })
  const [rows] = await connection.query("SHOW STATUS LIKE 'Ssl_version'")
  expect(rows).toMatchObject([{ Value: "TLSv1.3" }])
  await connection.end()
})

test("two servers of one version are two sources", async () => {
  await using one = await startDatabase("mysql")
  await using two = await startDatabase("mysql")
  const [first] = await one.query("SELECT @@server_uuid uuid, @@port port")
  const [second] = await two.query("SELECT @@server_uuid uuid, @@port port")
  expect(first?.["uuid"]).not.toBe(second?.["uuid"])
  expect([first?.["port"], second?.["port"]]).toEqual([one.port, two.port])
})

test("a server that cannot start says why", async () => {
  await expect(startDatabase("mysql", { args: ["--no-such-option"] })).rejects.toThrow("no-such-option")
})
