import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { ServerCertificate } from "../certificate/server-certificate.ts"
import { freePort } from "../network/free-port.ts"
import type { Address } from "../network/proxy.ts"
import { type Daemon, startDaemon } from "../process/daemon.ts"
import { createScratchFolder } from "../process/scratch-folder.ts"
import { type Progress, progressOnStderr } from "../progress.ts"
import { askRedis } from "./ask-redis.ts"
import { redisProgram } from "./redis-program.ts"

/** What a Redis is started with. */
export interface RedisOptions {
  /**
   * More arguments of the server program, a word each, such as `--requirepass`, `secret`; a later one wins over the
   * defaults, which are an append-only file that is synced at each write, and no snapshots.
   */
  readonly args?: readonly string[]
  /** Speaks TLS with this certificate, and nothing else. */
  readonly certificate?: ServerCertificate
  /** Told about steps that take a while; on standard error unless given. */
  readonly progress?: Progress
}

/** A real Redis of the test's own, on a free port of 127.0.0.1, empty. It ends with this process at the latest. */
export interface RedisServer extends Address, AsyncDisposable {
  /** Stays the same over restarts. */
  readonly port: number
  /** `redis://127.0.0.1:PORT`; `rediss:` with a certificate. */
  readonly url: string
  /** Process id; of the last run while the server is down. */
  readonly pid: number
  /** Shuts down in order. */
  stop(): Promise<void>
  /** Crashes the server; what was written is still there after `restart()`. */
  kill9(): Promise<void>
  /** Hangs the server: connections stay open and nothing answers. */
  pause(): void
  resume(): void
  /** Starts the server again on its data, after an orderly stop if it runs; `args` replace those of before. */
  restart(args?: readonly string[]): Promise<void>
  /** Crashes the server and starts it again without any data. */
  wipe(): Promise<void>
}

/** Starts Redis 7, or the `redis-server` on the PATH. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const program = await redisProgram(options.progress ?? progressOnStderr)
  const folder = createScratchFolder("redis")
  const data = join(folder.path, "data")
  const tls = options.certificate !== undefined
  const tlsArgs = options.certificate === undefined ? [] : certificateArgs(options.certificate, folder.path)
  const port = await freePort()
  let args = options.args ?? []
  let daemon: Daemon
  try {
    daemon = await start()
  } catch (error) {
    folder[Symbol.dispose]()
    throw error
  }

  async function start(): Promise<Daemon> {
    mkdirSync(data, { recursive: true })
    const listen = tls ? ["--port", "0", "--tls-port", String(port), ...tlsArgs] : ["--port", String(port)]
    const durable = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""]
    const all = ["--bind", "127.0.0.1", ...listen, "--dir", data, ...durable, ...args]
    const log = join(folder.path, "log")
    const started = await startDaemon({ name: "redis", command: [...program, ...all], log })
    try {
      // One that wants a password first is up as well; one that still loads its data is not.
      await started.ready(async () => /PONG|NOAUTH/.test(await askRedis(port, "PING", { tls })))
      return started
    } catch (error) {
      await started.kill()
      throw error
    }
  }

  return {
    host: "127.0.0.1",
    port,
    url: `${tls ? "rediss" : "redis"}://127.0.0.1:${port}`,
    get pid() {
      return daemon.process.pid
    },
    stop: () => daemon.stop(),
    kill9: () => daemon.kill(),
    pause() {
      daemon.process.kill("SIGSTOP")
    },
    resume() {
      daemon.process.kill("SIGCONT")
    },
    async restart(changed) {
      await daemon.stop()
      args = changed ?? args
      daemon = await start()
    },
    async wipe() {
      await daemon.kill()
      rmSync(data, { recursive: true })
      daemon = await start()
    },
    async [Symbol.asyncDispose]() {
      await daemon.kill()
      folder[Symbol.dispose]()
    },
  }
}

/** Writes the certificate into a folder of the server's and names it there. */
function certificateArgs(server: ServerCertificate, folder: string): readonly string[] {
  const place = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const files = {
    "--tls-ca-cert-file": place("ca.pem", server.ca),
    "--tls-cert-file": place("certificate.pem", server.certificate),
    "--tls-key-file": place("key.pem", server.key),
  }
  return [...Object.entries(files).flat(), "--tls-auth-clients", "no"]
}
