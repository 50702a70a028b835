import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { ServerCertificate } from "../certificate/server-certificate.ts"
import { freePort } from "../network/free-port.ts"
import { type Daemon, startDaemon } from "../process/daemon.ts"
import { createScratchFolder } from "../process/scratch-folder.ts"
import { type Progress, progressOnStderr } from "../progress.ts"
import { askFourLetterWord, readCounters, servingMode } from "./four-letter-word.ts"
import { zookeeperCommand } from "./zookeeper-program.ts"

export interface ZookeeperOptions {
  /**
   * Milliseconds of ZooKeeper's tick, 500 unless given. A session's timeout is at least two of them, and it is ended at
   * most one later than it could be.
   */
  readonly tickTime?: number
  /** Serves TLS as well, with this certificate, at a port of its own; clients need none. */
  readonly tls?: ServerCertificate
  /** Told about steps that take a while; on standard error unless given. */
  readonly progress?: Progress
}

/**
 * A real ZooKeeper server of the test's own, alone or of an ensemble, on a free port of 127.0.0.1. It ends with this
 * process at the latest.
 */
export interface ZookeeperServer extends AsyncDisposable {
  readonly host: string
  /** Stays the same over restarts. */
  readonly port: number
  /** For TLS; stays the same over restarts, and is undefined unless asked for. */
  readonly securePort: number | undefined
  /** `127.0.0.1:PORT`. */
  readonly connectString: string
  /** Process id; of the last run while the server is down. */
  readonly pid: number
  /** Answers a four-letter word, such as `srvr`, `cons`, `wchp`. */
  ask(word: string): Promise<string>
  /** What `mntr` counts, by name without `zk_`, such as `packets_received`, `num_alive_connections`, `watch_count`. */
  counters(): Promise<Readonly<Record<string, string>>>
  /** Shuts down in order. */
  stop(): Promise<void>
  /** Crashes the server; what it had answered is still there after `restart()`. */
  kill9(): Promise<void>
  /** Hangs the server: connections stay open and nothing answers. */
  pause(): void
  resume(): void
  /**
   * Starts the server again, after an orderly stop if it runs, and waits until it serves. `wiped` starts it without what
   * it held, as an ensemble that somebody set up anew.
   */
  restart(options?: { readonly wiped?: boolean }): Promise<void>
}

/** What a member of an ensemble is told of it. */
export interface Membership {
  /** Lines of the configuration, the same for every member. */
  readonly lines: readonly string[]
  /** This one's number. */
  readonly id: number
}

/** Starts ZooKeeper 3.8, alone. */
export async function startZookeeper(options: ZookeeperOptions = {}): Promise<ZookeeperServer> {
  return startServer(options, undefined)
}

/** Starts one server, and waits until it serves. */
export async function startServer(
  options: ZookeeperOptions,
  membership: Membership | undefined,
): Promise<ZookeeperServer> {
  const command = await zookeeperCommand(options.progress ?? progressOnStderr)
  const port = await freePort()
  const securePort = options.tls === undefined ? undefined : await freePort()
  const folder = createScratchFolder("zookeeper")
  const data = join(folder.path, "data")
  const configuration = join(folder.path, "zoo.cfg")
  const lines = [...(membership?.lines ?? [])]
  if (options.tls !== undefined) {
    const keyStore = join(folder.path, "key-store.pem")
    writeFileSync(keyStore, `${options.tls.key}${options.tls.certificate}`)
    lines.push(
      `secureClientPort=${securePort}`,
      "serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory",
      `ssl.keyStore.location=${keyStore}`,
      "ssl.keyStore.type=PEM",
      "ssl.clientAuth=none",
    )
  }
  writeFileSync(configuration, configurationText(options.tickTime ?? 500, port, data, lines))
  let daemon: Daemon
  try {
    daemon = await start()
  } catch (error) {
    folder[Symbol.dispose]()
    throw error
  }

  async function start(): Promise<Daemon> {
    mkdirSync(data, { recursive: true })
    if (membership !== undefined) writeFileSync(join(data, "myid"), `${membership.id}\n`)
    const started = await startDaemon({
      name: "zookeeper",
      command: [...command, configuration],
      log: join(folder.path, "log"),
    })
    try {
      await started.ready(async () => (await servingMode(port)) !== undefined)
      return started
    } catch (error) {
      await started.kill()
      throw error
    }
  }

  return {
    host: "127.0.0.1",
    port,
    securePort,
    connectString: `127.0.0.1:${port}`,
    get pid() {
      return daemon.process.pid
    },
    ask: (word) => askFourLetterWord(port, word),
    counters: () => readCounters(port),
    stop: () => daemon.stop(),
    kill9: () => daemon.kill(),
    pause() {
      daemon.process.kill("SIGSTOP")
    },
    resume() {
      daemon.process.kill("SIGCONT")
    },
    async restart({ wiped = false } = {}) {
      await daemon.stop()
      if (wiped) rmSync(data, { recursive: true, force: true })
      daemon = await start()
    },
    async [Symbol.asyncDispose]() {
      await daemon.kill()
      folder[Symbol.dispose]()
    },
  }
}

/** Nothing is flushed to the disk: what a killed process has written is there all the same. */
function configurationText(tickTime: number, port: number, data: string, lines: readonly string[]): string {
  return [
    `tickTime=${tickTime}`,
    `dataDir=${data}`,
    `clientPort=${port}`,
    "clientPortAddress=127.0.0.1",
    "maxSessionTimeout=60000",
    "maxClientCnxns=0",
    "4lw.commands.whitelist=*",
    "admin.enableServer=false",
    "forceSync=no",
    "preAllocSize=1024",
    ...lines,
    "",
  ].join("\n")
}
