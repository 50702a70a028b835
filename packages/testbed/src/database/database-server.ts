import { constants, cpSync } from "node:fs"
import { join } from "node:path"
import { type Connection, type ConnectionOptions, createConnection } from "mysql2/promise"
import type { ServerCertificate } from "../certificate/server-certificate.ts"
import { freePort } from "../network/free-port.ts"
import { type Daemon, startDaemon } from "../process/daemon.ts"
import { createScratchFolder } from "../process/scratch-folder.ts"
import { type Progress, progressOnStderr } from "../progress.ts"
import { greets } from "./greets.ts"
import { ADMIN, type Login, REPLICATION } from "./login.ts"
import { databaseProgram, type DatabaseVersion, type Flavor } from "./program.ts"
import { certificateArgs, dataArgs, listenArgs, sourceArgs } from "./server-args.ts"
import { templateDataDir } from "./template.ts"

/** What a database server is started with. */
export interface DatabaseOptions {
  /** Of which release the server must be; else the family's first (MySQL 9.7, MariaDB 10.11) or the one on the PATH. */
  readonly version?: DatabaseVersion
  /**
   * More arguments of the server program, such as `--binlog-row-metadata=FULL`, `--skip-log-bin`; a later one wins over
   * the defaults, which are a binlog in ROW format, utf8mb4, and else the server's own.
   */
  readonly args?: readonly string[]
  /** Offers TLS with this certificate. Without it MySQL makes one of its own for no host, and MariaDB 10.11 has no TLS. */
  readonly certificate?: ServerCertificate
  /** Told about steps that take a while; on standard error unless given. */
  readonly progress?: Progress
}

/** One row of a result, by column name. */
export type Row = Readonly<Record<string, unknown>>

/** A real database server of the test's own, on a free port of 127.0.0.1, with a fresh data folder. It ends with this process at the latest. */
export interface DatabaseServer extends AsyncDisposable {
  readonly flavor: Flavor
  /** Such as `9.7.4`. */
  readonly version: string
  readonly host: string
  /** Stays the same over restarts. */
  readonly port: number
  readonly serverId: number
  /** May do everything. */
  readonly admin: Login
  /** SELECT, REPLICATION SLAVE and REPLICATION CLIENT. */
  readonly replication: Login
  /** Holds the binlogs (`binlog.000001` …) and, with MySQL, its certificates (`ca.pem`). */
  readonly dataDir: string
  /** Process id; of the last run while the server is down. */
  readonly pid: number
  /** `mysql://USER:PASSWORD@127.0.0.1:PORT`, with the replication account unless told otherwise. */
  url(login?: Login): string
  /** Runs one statement as admin, on one connection that is kept. Integers beyond 2^53 and times come as strings. */
  query(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /** Opens a connection of the caller's own, as admin unless told otherwise; the caller ends it. */
  connect(options?: ConnectionOptions): Promise<Connection>
  /** Shuts down in order. */
  stop(): Promise<void>
  /** Crashes the server; what was committed is still there after `restart()`. */
  kill9(): Promise<void>
  /** Hangs the server: connections stay open and nothing answers. */
  pause(): void
  resume(): void
  /** Starts the server again on its data, after an orderly stop if it runs; `args` replace those of before. */
  restart(args?: readonly string[]): Promise<void>
}

/** Starts MySQL 9.7, or the `mysqld` on the PATH where `version` allows it. */
export async function startMysql(options: DatabaseOptions = {}): Promise<DatabaseServer> {
  return startDatabase("mysql", options)
}

/** Starts MariaDB 10.11, or the `mariadbd` on the PATH where `version` allows it; `version: "11.8"` for another. */
export async function startMariadb(options: DatabaseOptions = {}): Promise<DatabaseServer> {
  return startDatabase("mariadb", options)
}

/** Starts a server of either family. */
export async function startDatabase(flavor: Flavor, options: DatabaseOptions = {}): Promise<DatabaseServer> {
  const progress = options.progress ?? progressOnStderr
  const program = await databaseProgram(flavor, options.version, progress)
  const template = await templateDataDir(program, progress)
  const folder = createScratchFolder(flavor)
  const dataDir = join(folder.path, "data")
  const log = join(folder.path, "log")
  const tlsArgs = options.certificate === undefined ? [] : certificateArgs(options.certificate, folder.path)
  cpSync(template, dataDir, { recursive: true, mode: constants.COPYFILE_FICLONE })
  const serverId = 1 + Math.floor(Math.random() * 0x7fff_fffe)
  const port = await freePort()
  let args = options.args ?? []
  let daemon: Daemon
  try {
    daemon = await start()
  } catch (error) {
    folder[Symbol.dispose]()
    throw error
  }
  let kept: Connection | undefined
  let dropped = droppable()

  async function start(): Promise<Daemon> {
    const all = [
      ...dataArgs(program, dataDir),
      ...listenArgs(folder.path, port),
      ...sourceArgs(serverId),
      ...tlsArgs,
      ...args,
    ]
    const started = await startDaemon({ name: flavor, command: [...program.command, ...all], log })
    try {
      await started.ready(() => greets(port))
      return started
    } catch (error) {
      await started.kill()
      throw error
    }
  }

  function connect(more: ConnectionOptions = {}): Promise<Connection> {
    return createConnection({
      host: "127.0.0.1",
      port,
      ...ADMIN,
      charset: "utf8mb4",
      supportBigNumbers: true,
      dateStrings: true,
      ...more,
    })
  }

  /** What is being asked on the kept connection is refused: its driver would leave it without an answer. */
  function dropKept(): void {
    kept?.destroy()
    kept = undefined
    dropped.reject(new Error(`${flavor} was stopped before it answered`))
    dropped = droppable()
  }

  return {
    flavor,
    version: program.version,
    host: "127.0.0.1",
    port,
    serverId,
    admin: ADMIN,
    replication: REPLICATION,
    dataDir,
    get pid() {
      return daemon.process.pid
    },
    url({ user, password } = REPLICATION) {
      return `mysql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${port}`
    },
    async query(sql, values) {
      kept ??= await connect()
      const asked = kept.query(sql, values === undefined ? undefined : [...values])
      const [result] = await Promise.race([asked, dropped.promise])
      return Array.isArray(result) ? rowsOf(result) : []
    },
    connect,
    async stop() {
      dropKept()
      await daemon.stop()
    },
    async kill9() {
      dropKept()
      await daemon.kill()
    },
    pause() {
      daemon.process.kill("SIGSTOP")
    },
    resume() {
      daemon.process.kill("SIGCONT")
    },
    async restart(changed) {
      dropKept()
      await daemon.stop()
      args = changed ?? args
      daemon = await start()
    },
    async [Symbol.asyncDispose]() {
      dropKept()
      await daemon.kill()
      folder[Symbol.dispose]()
    },
  }
}

function rowsOf(result: readonly unknown[]): readonly Row[] {
  return result.filter((row): row is Row => typeof row === "object" && row !== null && !Array.isArray(row))
}

function droppable(): PromiseWithResolvers<never> {
  const resolvers = Promise.withResolvers<never>()
  resolvers.promise.catch(() => undefined)
  return resolvers
}
