import { connect } from "@canal/client"
import { createScratchFolder } from "@canal/testbed"
import type { Bench } from "../run/bench.ts"
import type { Probe } from "../run/probe.ts"
import { DESTINATION, launchServer, portOf } from "../run/server.ts"
import { narrow } from "../workload/narrow.ts"
import type { FigurePlan } from "./figure.ts"

const probe: Probe = {
  name: "start",
  group: "start",
  async run(bench, root) {
    using folder = createScratchFolder("bench-start")
    await leaveCursor(bench, root, folder.path)
    const spawned = performance.now()
    await using app = await launchServer(bench, root, undefined, folder.path, true)
    await app.line(/ready: /)
    const seconds = (performance.now() - spawned) / 1000
    await app.terminate()
    return { seconds }
  },
}

/** From the spawn of canal-server to its being ready, with a cursor there and the source up. */
export const startFigures: readonly FigurePlan[] = [
  { figure: "start", unit: "s", better: "less", quantity: { probe, name: "seconds" }, floor: 1 },
]

/** Runs a server whose client acknowledges one batch. */
async function leaveCursor(bench: Bench, root: string, folder: string): Promise<void> {
  await using app = await launchServer(bench, root, await bench.written(narrow), folder, false)
  await using client = await connect({ server: `127.0.0.1:${await portOf(app)}`, destination: DESTINATION })
  for await (const batch of client.batches()) {
    await batch.ack()
    break
  }
  await client.close()
  await app.terminate()
}
