import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { createConnection } from "mysql2/promise"
import { madeOnce } from "../cache/made-once.ts"
import { runCommand } from "../process/command.ts"
import { startDaemon } from "../process/daemon.ts"
import { createScratchFolder } from "../process/scratch-folder.ts"
import type { Progress } from "../progress.ts"
import { freePort } from "../network/free-port.ts"
import { greets } from "./greets.ts"
import { ADMIN, type Login, REPLICATION } from "./login.ts"
import type { DatabaseProgram } from "./program.ts"
import { dataArgs, listenArgs } from "./server-args.ts"

/** Changes whenever what a template holds does. */
const EDITION = 1

/** A data folder, made once per server version, that each server starts from a copy of: its accounts exist, its binlog does not. */
export async function templateDataDir(program: DatabaseProgram, progress: Progress): Promise<string> {
  const { flavor, version } = program
  return madeOnce(`${flavor}-${version}-data-${EDITION}`, progress, async (dataDir) => {
    progress(`initialising a data folder of ${flavor} ${version} (some 5 s)`)
    mkdirSync(dataDir, { recursive: true })
    if (flavor === "mysql") await initialiseMysql(program, dataDir)
    else await initialiseMariadb(program, dataDir)
    await createAccounts(program, dataDir)
    // Two servers must not share one uuid.
    rmSync(join(dataDir, "auto.cnf"), { force: true })
  })
}

async function initialiseMysql(program: DatabaseProgram, dataDir: string): Promise<void> {
  const [file = "", ...args] = program.command
  await runCommand(file, [...args, ...dataArgs(program, dataDir), "--initialize-insecure"])
}

/** What `mariadb-install-db` does, without its search for programs: the server reads the scripts that make its system tables. */
async function initialiseMariadb(program: DatabaseProgram, dataDir: string): Promise<void> {
  const scripts = [
    "system_tables.sql",
    "performance_tables.sql",
    "system_tables_data.sql",
    "maria_add_gis_sp_bootstrap.sql",
    "sys_schema.sql",
  ]
  // Up to 10.11 their names begin with the old name of the family.
  const texts = scripts
    .flatMap((name) => ["", "mariadb_", "mysql_"].map((prefix) => join(program.share, `${prefix}${name}`)))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, "utf8"))
  mkdirSync(join(dataDir, "mysql"), { recursive: true })
  const input = ["create database if not exists mysql;\nuse mysql;\n", ...texts].join("\n")
  const [file = "", ...args] = program.command
  await runCommand(file, [...args, ...dataArgs(program, dataDir), "--bootstrap", "--skip-log-bin"], { input })
}

async function createAccounts(program: DatabaseProgram, dataDir: string): Promise<void> {
  using folder = createScratchFolder(`${program.flavor}-template`)
  const port = await freePort()
  const args = [...dataArgs(program, dataDir), ...listenArgs(folder.path, port), "--skip-log-bin"]
  const daemon = await startDaemon({
    name: program.flavor,
    command: [...program.command, ...args],
    log: join(folder.path, "log"),
  })
  await daemon.ready(() => greets(port))
  const connection = await createConnection({ socketPath: join(folder.path, "socket"), user: "root" })
  // A fresh MariaDB has an anonymous user that hides 'x'@'%' on this host.
  if (program.flavor === "mariadb") await connection.query("DELETE FROM mysql.global_priv WHERE User = ''")
  await connection.query("FLUSH PRIVILEGES")
  await createAccount(ADMIN, "ALL PRIVILEGES ON *.*", "WITH GRANT OPTION")
  await createAccount(REPLICATION, "SELECT, REPLICATION SLAVE, REPLICATION CLIENT ON *.*", "")
  await connection.end()
  await daemon.stop()

  async function createAccount(login: Login, privileges: string, more: string): Promise<void> {
    await connection.query(`CREATE USER ?@'%' IDENTIFIED BY ?`, [login.user, login.password])
    await connection.query(`GRANT ${privileges} TO ?@'%' ${more}`, [login.user])
  }
}
