import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { type App, freePort, spawnApp, startMysql, startZookeeper } from "@canal/testbed"
import { expect, test } from "vitest"

const root = fileURLToPath(import.meta.resolve("../../../"))
const mains = {
  server: fileURLToPath(import.meta.resolve("../../server/src/main.ts")),
  client: fileURLToPath(import.meta.resolve("../../client/src/main.ts")),
}

/** Lines of a document's shell blocks that start the server or the client over ZooKeeper, as their arguments. */
function commands(path: string, app: keyof typeof mains): readonly (readonly string[])[] {
  return [...readFileSync(`${root}${path}`, "utf8").matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap(([, block = ""]) => block.split("\n"))
    .map((line) => line.replace(/ +#.*$/, ""))
    .flatMap((line) => {
      const match = /^(?:npm run -s (\w+) --|canal-(\w+)) (.*--zk .*)$/.exec(line)
      return match !== null && (match[1] ?? match[2]) === app ? [(match[3] ?? "").split(" ")] : []
    })
}

test.each(["README.md", "docs/high-availability.md"])(
  "what %s tells to start twice stands by for each other",
  async (path) => {
    await using database = await startMysql()
    await using zookeeper = await startZookeeper()
    await database.query("CREATE DATABASE e2e")
    await database.query("CREATE TABLE e2e.documented (n INT PRIMARY KEY)")
    const here = (argument: string): string =>
      argument
        .replace("@db1:3306", `@127.0.0.1:${database.port}`)
        .replace("@db1", `@127.0.0.1:${database.port}`)
        .replace("zk1:2181,zk2:2181,zk3:2181", zookeeper.connectString)
    const [server = []] = commands(path, "server")
    const [client = []] = commands(path, "client")
    expect(server.length * client.length).toBeGreaterThan(0)
    const start = async (): Promise<App> =>
      spawnApp(mains.server, {
        args: [...server.map(here), "--port", String(await freePort()), "--advertise", "127.0.0.1"],
      })

    await using first = await start()
    await first.line(/ready: destination/)
    await using second = await start()
    await second.line(/standing by: destination/)
    await using watch = await spawnApp(mains.client, { args: [...client.map(here), "--changes", "1"] })
    await watch.line(/connected to/)
    await first.terminate()
    await second.line(/ready: destination/)
    await database.query("INSERT INTO e2e.documented VALUES (1)")
    expect((await watch.exited).code).toBe(0)
    expect(watch.stdout.join("\n")).toContain("documented")
  },
)
