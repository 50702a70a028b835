import { setTimeout as sleep } from "node:timers/promises"
import type { Random } from "@canal/testbed"
import type { ClientNode, Cluster, ServerNode } from "./cluster.ts"

/** What a fault is given to hurt, and to tell when it has hurt long enough. */
export interface FaultContext {
  readonly cluster: Cluster
  readonly random: Random
  /** Milliseconds of a session with the backend. */
  readonly session: number
  /** Waits until another server owns the destination and changes arrive that were committed since. */
  readonly serverTakesOver: (from: ServerNode) => Promise<void>
  /** Waits until another client is shown what comes. */
  readonly clientTakesOver: (from: ClientNode) => Promise<void>
}

/** One way to hurt a cluster. It is over, and what it hurt is well or running again, when it resolves. */
export interface Fault {
  readonly name: string
  readonly inflict: (context: FaultContext) => Promise<void>
}

/** Milliseconds that a link is hurt where nobody needs to take over. */
const MOMENT = 1500

export const faults: readonly Fault[] = [
  {
    name: "kill -9 of the active server",
    async inflict({ cluster, serverTakesOver }) {
      const server = await active(() => cluster.activeServer)
      await server.app.kill9()
      await serverTakesOver(server)
      await cluster.startServer(server)
    },
  },
  {
    name: "planned stop of the active server",
    async inflict({ cluster, serverTakesOver }) {
      const server = await active(() => cluster.activeServer)
      await server.app.terminate()
      await serverTakesOver(server)
      await cluster.startServer(server)
    },
  },
  {
    name: "kill -9 of the active client",
    async inflict({ cluster, clientTakesOver }) {
      const client = await active(() => cluster.activeClient)
      await client.app.kill9()
      await clientTakesOver(client)
      await cluster.startClient(client)
    },
  },
  {
    name: "active server stopped (SIGSTOP) for longer than its session",
    async inflict({ cluster, serverTakesOver }) {
      const server = await active(() => cluster.activeServer)
      server.app.kill("SIGSTOP")
      await serverTakesOver(server)
      server.app.kill("SIGCONT")
    },
  },
  {
    name: "active client stopped (SIGSTOP) for longer than its session",
    async inflict({ cluster, clientTakesOver }) {
      const client = await active(() => cluster.activeClient)
      client.app.kill("SIGSTOP")
      await clientTakesOver(client)
      client.app.kill("SIGCONT")
    },
  },
  {
    name: "link of the active server to the backend cut",
    async inflict({ cluster, serverTakesOver }) {
      const server = await active(() => cluster.activeServer)
      server.toBackend.cut()
      await serverTakesOver(server)
      server.toBackend.heal()
    },
  },
  {
    name: "link of the active server to the backend half-open",
    async inflict({ cluster, serverTakesOver }) {
      const server = await active(() => cluster.activeServer)
      server.toBackend.pause()
      await serverTakesOver(server)
      server.toBackend.heal()
    },
  },
  {
    name: "link of the active client to the backend cut",
    async inflict({ cluster, clientTakesOver }) {
      const client = await active(() => cluster.activeClient)
      client.toBackend.cut()
      await clientTakesOver(client)
      client.toBackend.heal()
    },
  },
  {
    name: "link of the active client to the backend half-open",
    async inflict({ cluster, clientTakesOver }) {
      const client = await active(() => cluster.activeClient)
      client.toBackend.pause()
      await clientTakesOver(client)
      client.toBackend.heal()
    },
  },
  {
    name: "link of the active server to MySQL cut",
    async inflict({ cluster }) {
      const { toDatabase } = await active(() => cluster.activeServer)
      toDatabase.cut()
      await sleep(MOMENT)
      toDatabase.heal()
    },
  },
  {
    name: "link of the active server to MySQL half-open",
    async inflict({ cluster }) {
      const { toDatabase } = await active(() => cluster.activeServer)
      toDatabase.pause()
      await sleep(MOMENT)
      toDatabase.reset()
      toDatabase.heal()
    },
  },
  {
    name: "links of the active server to clients cut",
    async inflict({ cluster }) {
      const { toClients } = await active(() => cluster.activeServer)
      toClients.cut()
      await sleep(MOMENT)
      toClients.heal()
    },
  },
  {
    name: "links of the active server to clients half-open",
    async inflict({ cluster }) {
      const { toClients } = await active(() => cluster.activeServer)
      toClients.pause()
      await sleep(MOMENT)
      toClients.heal()
    },
  },
  {
    name: "backend killed (-9) and started again",
    async inflict({ cluster, random, session }) {
      await cluster.backend.kill9()
      // Shorter than a session or longer: then everybody begins a new one.
      await sleep(random.chance(0.5) ? 100 : session * 1.5)
      await cluster.backend.restart()
    },
  },
  {
    name: "MySQL killed (-9) and started again",
    async inflict({ cluster }) {
      await cluster.database.kill9()
      await cluster.database.restart()
    },
  },
]

/** Who is active; waits while nobody is. */
async function active<T>(find: () => T | undefined): Promise<T> {
  for (;;) {
    const found = find()
    if (found !== undefined) return found
    await sleep(20)
  }
}
