import { rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { ServerCertificate } from "../certificate/server-certificate.ts"
import { freePort } from "../network/free-port.ts"
import { type Daemon, startDaemon } from "../process/daemon.ts"
import { createScratchFolder } from "../process/scratch-folder.ts"
import { healthOf } from "./etcd-health.ts"

/** Milliseconds within which a member that does not hang tells its counters. */
const COUNTED_WITHIN_MS = 5000

/** The ports of a member of a cluster, which stay over restarts. */
export interface EtcdMemberPlace {
  /** Its name in the cluster. */
  readonly name: string
  readonly port: number
  /** Where the other members reach it. */
  readonly peerPort: number
  /** Where it tells of its health and counters, over plain HTTP. */
  readonly metricsPort: number
}

export interface EtcdMemberOptions {
  /** Command that runs etcd. */
  readonly program: readonly string[]
  readonly place: EtcdMemberPlace
  /** All members, this one too. */
  readonly cluster: readonly EtcdMemberPlace[]
  /** Further arguments; a later one wins over the defaults. */
  readonly args: readonly string[]
  readonly certificate: ServerCertificate | undefined
}

/** An etcd process of the test's own with a data folder of its own. It ends with this process at the latest. */
export interface EtcdMember extends AsyncDisposable {
  readonly host: string
  /** Stays the same over restarts. */
  readonly port: number
  /** `http://127.0.0.1:PORT`, or `https://` where it has a certificate. */
  readonly endpoint: string
  /** Process id; of the last run while it is down. */
  readonly pid: number
  /** Shuts down in order. */
  stop(): Promise<void>
  /** Crashes it; what it acknowledged is still there after `restart()`. */
  kill9(): Promise<void>
  /** Hangs it: connections stay open and nothing answers. */
  pause(): void
  resume(): void
  /** Starts it again on its data, after an orderly stop if it runs. */
  restart(): Promise<void>
  /** The value of one of its counters, such as `etcd_server_is_leader`. */
  counter(name: string): Promise<number>
}

/** A member that is started and wiped by what it is a member of. */
export interface RunnableEtcdMember extends EtcdMember {
  /** Resolves when it answers and has a leader. */
  start(): Promise<void>
  /** Crashes it and removes its data. */
  wipe(): Promise<void>
}

export async function etcdMemberPlace(name: string): Promise<EtcdMemberPlace> {
  return { name, port: await freePort(), peerPort: await freePort(), metricsPort: await freePort() }
}

export function createEtcdMember(options: EtcdMemberOptions): RunnableEtcdMember {
  const { place, certificate } = options
  const folder = createScratchFolder("etcd")
  const dataDir = join(folder.path, "data")
  const log = join(folder.path, "log")
  const scheme = certificate === undefined ? "http" : "https"
  const endpoint = `${scheme}://127.0.0.1:${place.port}`
  const metrics = `http://127.0.0.1:${place.metricsPort}`
  const initial = options.cluster.map((each) => `${each.name}=${peer(each)}`)
  const command = [
    ...options.program,
    `--name=${place.name}`,
    `--data-dir=${dataDir}`,
    `--listen-client-urls=${endpoint}`,
    `--advertise-client-urls=${endpoint}`,
    `--listen-peer-urls=${peer(place)}`,
    `--initial-advertise-peer-urls=${peer(place)}`,
    `--initial-cluster=${initial.join(",")}`,
    `--listen-metrics-urls=${metrics}`,
    "--log-level=warn",
    ...(certificate === undefined ? [] : certificateArgs(certificate, folder.path)),
    ...options.args,
  ]
  let daemon: Daemon | undefined

  return {
    host: "127.0.0.1",
    port: place.port,
    endpoint,
    get pid() {
      return daemon?.process.pid ?? 0
    },
    async start() {
      const started = await startDaemon({ name: "etcd", command, log })
      daemon = started
      try {
        await started.ready(() => healthOf(metrics))
      } catch (error) {
        await started.kill()
        throw error
      }
    },
    async stop() {
      await daemon?.stop()
    },
    async kill9() {
      await daemon?.kill()
    },
    pause() {
      daemon?.process.kill("SIGSTOP")
    },
    resume() {
      daemon?.process.kill("SIGCONT")
    },
    async restart() {
      await this.stop()
      await this.start()
    },
    async wipe() {
      await this.kill9()
      rmSync(dataDir, { recursive: true, force: true })
    },
    async counter(name) {
      const text = await (
        await fetch(`${metrics}/metrics`, { signal: AbortSignal.timeout(COUNTED_WITHIN_MS) })
      ).text()
      const value = new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]
      if (value === undefined) throw new Error(`etcd at ${endpoint} has no counter ${name}`)
      return Number(value)
    },
    async [Symbol.asyncDispose]() {
      await daemon?.kill()
      folder[Symbol.dispose]()
    },
  }
}

function peer({ peerPort }: EtcdMemberPlace): string {
  return `http://127.0.0.1:${peerPort}`
}

function certificateArgs({ certificate, key }: ServerCertificate, folder: string): readonly string[] {
  const certificateFile = join(folder, "server.pem")
  const keyFile = join(folder, "server.key")
  writeFileSync(certificateFile, certificate)
  writeFileSync(keyFile, key, { mode: 0o600 })
  return [`--cert-file=${certificateFile}`, `--key-file=${keyFile}`]
}
