import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import {
  type CoordinationBackend,
  cursorNode,
  parseRunning,
  serverRunningNode,
  sessions,
} from "@canal/coordination"
import {
  type App,
  createScratchFolder,
  type DatabaseServer,
  freePort,
  type Proxy,
  spawnApp,
  startMysql,
  startProxy,
} from "@canal/testbed"
import { backendFlag, type BackendName, type BackendServer, openBackend, startBackend } from "./backends.ts"
import type { Witness } from "./witness.ts"

export interface ClusterOptions {
  readonly backend: BackendName
  /** Milliseconds. */
  readonly session: number
  readonly protection: number
  readonly witness: Witness
}

/** One server as a process, and its three links. */
export interface ServerNode {
  readonly address: string
  readonly toBackend: Proxy
  readonly toDatabase: Proxy
  readonly toClients: Proxy
  app: App
}

/** One client as a process, and its link to the backend. */
export interface ClientNode {
  readonly index: number
  readonly toBackend: Proxy
  app: App
}

const SERVERS = 3
const CLIENTS = 3
const DESTINATION = "example"
const CLIENT_ID = 1001
const serverMain = fileURLToPath(import.meta.resolve("./server-main.ts"))
const consumerMain = fileURLToPath(import.meta.resolve("./consumer-main.ts"))

/** Three servers and three clients of one clientId that stand by for each other, over a real backend and a real MySQL. */
export class Cluster implements AsyncDisposable {
  readonly database: DatabaseServer
  readonly backend: BackendServer
  readonly servers: ServerNode[] = []
  readonly clients: ClientNode[] = []
  readonly #options: ClusterOptions
  readonly #stack: AsyncDisposableStack
  readonly #watching = new AbortController()
  #owner: string | undefined
  #lastClient = 0
  #incarnations = 0

  private constructor(
    options: ClusterOptions,
    stack: AsyncDisposableStack,
    database: DatabaseServer,
    backend: BackendServer,
  ) {
    this.#options = options
    this.#stack = stack
    this.database = database
    this.backend = backend
  }

  static async start(options: ClusterOptions): Promise<Cluster> {
    await using stack = new AsyncDisposableStack()
    const database = stack.use(await startMysql({ args: ["--binlog-row-metadata=FULL"] }))
    const backend = stack.use(await startBackend(options.backend))
    const cluster = new Cluster(options, stack.move(), database, backend)
    try {
      await cluster.#startNodes()
      return cluster
    } catch (error) {
      await cluster[Symbol.asyncDispose]()
      throw error
    }
  }

  /** The server that owns the destination, as the backend says. */
  get activeServer(): ServerNode | undefined {
    return this.servers.find(({ address }) => address === this.#owner)
  }

  /** The client that was shown something last. */
  get activeClient(): ClientNode | undefined {
    return this.clients[this.#lastClient]
  }

  /** Waits until a server that is not this one owns the destination; false where that takes too long. */
  moves(from: ServerNode, withinMs: number): Promise<boolean> {
    return within(withinMs, () => this.activeServer !== undefined && this.activeServer !== from)
  }

  /** Waits until a client that is not this one is shown something; false where that takes too long. */
  passes(from: ClientNode, withinMs: number): Promise<boolean> {
    return within(withinMs, () => this.activeClient !== from)
  }

  /** Starts a server's process, where it does not run. */
  async startServer(node: ServerNode): Promise<void> {
    if (node.app.exit !== undefined) node.app = await this.#launchServer(node)
  }

  /** Starts a client's process, where it does not run. */
  async startClient(node: ClientNode): Promise<void> {
    if (node.app.exit !== undefined) node.app = await this.#launchClient(node.index, node.toBackend)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watching.abort()
    await Promise.all([...this.clients, ...this.servers].map(({ app }) => app.kill9()))
    await this.#stack.disposeAsync()
  }

  async #startNodes(): Promise<void> {
    for (let index = 0; index < SERVERS; index++) {
      const port = await freePort()
      const near = { host: "127.0.0.1", port }
      const far = { host: `127.0.1.${index + 1}`, port }
      const links = {
        address: `${far.host}:${far.port}`,
        toBackend: this.#stack.use(await startProxy({ to: this.backend })),
        toDatabase: this.#stack.use(await startProxy({ to: this.database })),
        toClients: this.#stack.use(await startProxy({ to: near, listen: far })),
      }
      this.servers.push({ ...links, app: await this.#launchServer(links) })
    }
    void this.#watch()
    for (let index = 0; index < CLIENTS; index++) {
      const toBackend = this.#stack.use(await startProxy({ to: this.backend }))
      this.clients.push({ index, toBackend, app: await this.#launchClient(index, toBackend) })
    }
    // What is written before the first subscription is nobody's.
    await Promise.any(this.clients.map(({ app }) => app.line(/^connected/)))
  }

  #launchServer({ address, toBackend, toDatabase }: Omit<ServerNode, "app">): Promise<App> {
    const { backend, session, protection, witness } = this.#options
    const [host = "", port = ""] = address.split(":")
    const { user, password } = this.database.replication
    const folder = this.#stack.use(createScratchFolder("chaos-server"))
    return spawnApp(serverMain, {
      folder: folder.path,
      args: Object.entries({
        source: `mysql://${user}:${password}@${toDatabase.host}:${toDatabase.port}`,
        destination: DESTINATION,
        bind: "127.0.0.1",
        port,
        advertise: host,
        session: String(session),
        protection: String(protection),
      })
        .flatMap(([name, value]) => [`--${name}`, value])
        .concat(backendFlag(backend, toBackend)),
      onStdout(line) {
        const [word, , , at] = line.split(" ")
        if (word === "handed") witness.handedOut(address, Number(at))
      },
    })
  }

  #launchClient(index: number, toBackend: Proxy): Promise<App> {
    const { backend, session, protection, witness } = this.#options
    const name = `client ${index} (run ${++this.#incarnations})`
    return spawnApp(consumerMain, {
      args: [backend, toBackend.host, String(toBackend.port), String(session), String(protection)],
      onStdout: (line) => {
        const [word, number] = line.split(" ")
        if (word === "processed") witness.processed(name)
        if (word === "acknowledged") witness.acknowledged(name)
        if (word !== "change") return
        this.#lastClient = index
        witness.shown(name, Number(number))
      },
    })
  }

  /** Tells the witness what the backend says, over a link that nobody hurts. */
  async #watch(): Promise<void> {
    const { backend: name, session, witness } = this.#options
    const { signal } = this.#watching
    const backend: CoordinationBackend = openBackend(name, this.backend, session)
    for await (const coordinator of sessions(backend, { signal })) {
      const until = AbortSignal.any([signal, coordinator.session.lost])
      const owner = async (): Promise<void> => {
        for await (const node of coordinator.watch(serverRunningNode(DESTINATION), { signal: until })) {
          const running = node === undefined ? undefined : parseRunning(node.data)
          this.#owner = running?.released === true ? undefined : running?.address
          witness.owned(this.#owner)
        }
      }
      const cursor = async (): Promise<void> => {
        const path = cursorNode(DESTINATION, CLIENT_ID)
        for await (const node of coordinator.watch(path, { signal: until })) {
          if (node !== undefined) witness.cursor(node.data)
        }
      }
      await Promise.allSettled([owner(), cursor()])
    }
  }
}

/** Looks again and again whether something holds. */
async function within(milliseconds: number, holds: () => boolean): Promise<boolean> {
  for (const end = performance.now() + milliseconds; !holds(); await sleep(20)) {
    if (performance.now() > end) return false
  }
  return true
}
