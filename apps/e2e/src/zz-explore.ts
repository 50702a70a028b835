import { startDatabase, createScratchFolder, freePort, type Flavor } from "@canal/testbed"
import { launchServer, startWatch } from "./apps.ts"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const [what, flavorArg] = process.argv.slice(2)
const flavor = (flavorArg ?? "mysql") as Flavor
async function show(title: string, flags: Record<string, string | number | undefined>, args: string[] = []) {
  using folder = createScratchFolder("x")
  const app = await launchServer({ port: 0, ...flags }, { folder: folder.path, args })
  const t = setTimeout(() => void app.terminate(), 8000)
  const exit = await app.exited
  clearTimeout(t)
  console.log(`== ${title}: ${JSON.stringify(exit)}`)
  for (const l of app.stdout) console.log("  OUT", l)
  for (const l of app.stderr) console.log("  err", l)
}
if (what === "source") {
  await using db = await startDatabase(flavor)
  await db.query("CREATE USER poor IDENTIFIED BY 'poor'")
  await db.query("CREATE USER onlyslave IDENTIFIED BY 'x'")
  await db.query("GRANT SELECT, REPLICATION SLAVE ON *.* TO onlyslave")
  await db.query("CREATE USER onlyclient IDENTIFIED BY 'x'")
  await db.query(
    `GRANT SELECT, ${flavor === "mysql" ? "REPLICATION CLIENT" : "BINLOG MONITOR"} ON *.* TO onlyclient`,
  )
  await show("wrong password", { source: db.url({ user: "canal", password: "wrong" }) })
  await show("no privileges", { source: db.url({ user: "poor", password: "poor" }) })
  await show("only slave", { source: db.url({ user: "onlyslave", password: "x" }) })
  await show("only client", { source: db.url({ user: "onlyclient", password: "x" }) })
  await show("no user", { source: db.url({ user: "nothere", password: "x" }) })
  await show("purged", { source: db.url(), from: "binlog.999999:4" })
  await show("behind end", { source: db.url(), from: "binlog.000001:400000000" })
  await show("mid event", { source: db.url(), from: "binlog.000001:9" })
  await show("tls verified", { source: db.url().replace("127.0.0.1", "localhost"), tls: "verified" })
  await show("fine", { source: db.url() })
  await db.restart(["--skip-log-bin"])
  await show("log_bin off", { source: db.url() })
  await db.restart(["--binlog-format=STATEMENT"])
  await show("STATEMENT", { source: db.url() })
  await db.restart(["--binlog-format=MIXED"])
  await show("MIXED", { source: db.url() })
  await db.restart(["--binlog-row-image=MINIMAL"])
  await show("MINIMAL image", { source: db.url() })
  db.pause()
  await show("hangs", { source: db.url() })
  db.resume()
}
if (what === "local") {
  const source = `mysql://canal:canal@127.0.0.1:${await freePort()}`
  await show("nothing listens", { source })
  await show("unknown option", { source, prot: 3 })
  await show("bad url", { source: "mysql//x" })
  await show("no source", {})
  await show("user without password", { source, user: "u" })
  await show("bad from", { source, from: "abc" })
  await show("bad filter", { source, filter: "(" })
  await show("bad port", { source, port: 99999 })
  await show("bad host", { source: "mysql://canal:canal@nothere.invalid:3306" })
  await show("bad bind", { source, bind: "1.2.3.4" })
  await show("bad ca", { source, ca: "nothere.pem" })
  await show("data not writable", { source, data: "/proc/x" })
  using folder = createScratchFolder("d")
  mkdirSync(join(folder.path, "example"))
  writeFileSync(join(folder.path, "example", "meta.dat"), "rubbish")
  await show("meta", { source, data: folder.path })
  using f2 = createScratchFolder("d2")
  const a = await launchServer({ source, port: 0, data: f2.path })
  await a.line(/.*/)
  await show("in use", { source, data: f2.path })
  const line = await a.line(/port (\d+)/)
  await show("port taken", { source, port: Number(/port (\d+)/.exec(line)![1]) })
  await a.kill9()
}
