import { type App, createRandom, createScratchFolder, freePort, startMysql } from "@canal/testbed"
import { expect, test } from "vitest"
import { startConsumer, startServer } from "./apps.ts"
import { Acknowledgements, type Delivery, violations } from "./deliveries.ts"
import { startWriter } from "./writer.ts"

const KILLS = 50

test(
  `${KILLS} kills of client or server under load lose nothing and keep the order`,
  { timeout: 600_000 },
  async ({ annotate }) => {
    const random = createRandom()
    await annotate(`seed ${random.seed}`)
    await using database = await startMysql()
    using folder = createScratchFolder("kills")
    const port = await freePort()
    const flags = { source: database.url(), port, data: folder.path }
    const deliveries: Delivery[] = []
    const acknowledgements = new Acknowledgements()
    let lastAcknowledged = 0
    let arrived: (() => void) | undefined

    const consume = (): Promise<App> =>
      startConsumer(port, {
        onStdout(line) {
          const [word, text] = line.split(" ")
          const number = Number(text)
          if (word === "acknowledging") acknowledgements.acknowledging()
          if (word === "acknowledged") {
            acknowledgements.acknowledged()
            lastAcknowledged = number
          }
          if (word === "change") {
            deliveries.push({ change: number, acknowledged: acknowledgements.has(number) })
            acknowledgements.shown(number)
          }
          arrived?.()
        },
      })
    const until = async (reached: () => boolean): Promise<void> => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = (): void => {
        if (reached()) resolve()
      }
      arrived = look
      look()
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
          server = await startServer(flags)
          acknowledgements.serverStarted()
        } else {
          await client.kill9()
          acknowledgements.clientStarted()
          client = await consume()
        }
      }
      const last = await writer.stop()
      await until(() => lastAcknowledged >= last)
      expect(violations(deliveries, last)).toEqual([])
      expect(acknowledgements.missing(last)).toEqual([])
    } finally {
      await client.kill9()
      await server.kill9()
    }
  },
)
