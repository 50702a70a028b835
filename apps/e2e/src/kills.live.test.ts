import { type App, createRandom, createScratchFolder, freePort, startMysql } from "@canal/testbed"
import { expect, test } from "vitest"
import { startConsumer, startServer } from "./apps.ts"
import { type Delivery, violations } from "./deliveries.ts"
import { startWriter } from "./writer.ts"

const KILLS = 50

test(
  `${KILLS} kills of client or server under load lose nothing and keep the order`,
  { timeout: 600_000 },
  async () => {
    const random = createRandom()
    console.info(`seed ${random.seed}`)
    await using database = await startMysql()
    using folder = createScratchFolder("kills")
    const port = await freePort()
    const flags = { source: database.url(), port, data: folder.path }
    const deliveries: Delivery[] = []
    /** What the running client may not see again: its own acknowledgements, and those the running server had before. */
    let acknowledged = 0
    /** What was acknowledged to the running server. Of what a killed one was told, the last second may be lost. */
    let toldServer = 0
    let arrived = (): void => undefined

    const consume = (): Promise<App> =>
      startConsumer(port, {
        onStdout(line) {
          const [word, number] = line.split(" ")
          if (word === "acknowledged") acknowledged = toldServer = Number(number)
          if (word === "change") deliveries.push({ change: Number(number), acknowledged })
          arrived()
        },
      })
    const until = async (reached: () => boolean): Promise<void> => {
      const { promise, resolve } = Promise.withResolvers<void>()
      arrived = () => {
        if (reached()) resolve()
      }
      arrived()
      await promise
    }

    let server = await startServer(flags)
    let client = await consume()
    await client.line(/^connected/)
    await using writer = await startWriter(database, random)
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        const goal = deliveries.length + random.integer(1, 400)
        await until(() => deliveries.length >= goal)
        if (random.chance(0.5)) {
          await server.kill9()
          toldServer = 0
          server = await startServer(flags)
        } else {
          await client.kill9()
          acknowledged = toldServer
          client = await consume()
        }
      }
      const last = await writer.stop()
      await until(() => acknowledged >= last)
      expect(violations(deliveries, last)).toEqual([])
    } finally {
      await client.kill9()
      await server.kill9()
    }
  },
)
