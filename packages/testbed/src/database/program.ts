import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import { unpackedPackages, type WantedPackages } from "../debian/unpacked-packages.ts"
import { unpackedCommand } from "../debian/unpacked-command.ts"
import { runCommand } from "../process/command.ts"
import { onPath } from "../process/on-path.ts"
import type { Progress } from "../progress.ts"

/** Which of the two families a database server is of. */
export type Flavor = "mysql" | "mariadb"

/** A database server program on this machine and how it is run. */
export interface DatabaseProgram {
  readonly flavor: Flavor
  /** Such as `9.7.4` or `10.11.11`. */
  readonly version: string
  /** The command and its first arguments. */
  readonly command: readonly string[]
  /** Arguments that tell the server where its own files are. */
  readonly placeArgs: readonly string[]
  /** Folder of the SQL scripts and messages that came with it. */
  readonly share: string
}

/** A release of a server that Debian packages. */
export type DatabaseVersion = "9.7" | "10.11" | "11.8"

interface Release {
  readonly version: DatabaseVersion
  readonly wanted: WantedPackages
}

/** The first of each family is what tests get that ask for none. */
const RELEASES: Readonly<Record<Flavor, readonly [Release, ...Release[]]>> = {
  mysql: [{ version: "9.7", wanted: { name: "mysql-9.7", release: "sid", packages: ["mysql-server-core"] } }],
  mariadb: [
    {
      version: "10.11",
      wanted: { name: "mariadb-10.11", release: "bookworm", packages: ["mariadb-server-core"] },
    },
    {
      version: "11.8",
      wanted: { name: "mariadb-11.8", release: "trixie", packages: ["mariadb-server-core"] },
    },
  ],
}

const SINCE: Readonly<Record<Flavor, string>> = { mysql: "8.0", mariadb: "10.5" }

/**
 * Finds the server program: on the PATH if it is there in a version that will do, else from Debian's packages, unpacked
 * beside the system. Without `version` any version does that is not too old.
 */
export async function databaseProgram(
  flavor: Flavor,
  version: DatabaseVersion | undefined,
  progress: Progress,
): Promise<DatabaseProgram> {
  const installed = await installedProgram(flavor)
  if (installed !== undefined && isOf(installed, version)) return installed
  const name = flavor === "mysql" ? "MySQL (mysqld)" : "MariaDB (mariadbd)"
  const releases = RELEASES[flavor]
  const release = version === undefined ? releases[0] : releases.find((one) => one.version === version)
  if (release === undefined) throw new Error(`there is no ${name} ${version}`)
  let root: string
  try {
    root = await unpackedPackages(release.wanted, progress)
  } catch (error) {
    const needed = version ?? `${SINCE[flavor]} or newer`
    throw new Error(
      `no ${name} ${needed} on the PATH, and Debian's packages could not be fetched: install ${name} ${needed}`,
      { cause: error },
    )
  }
  return unpackedProgram(flavor, root)
}

function isOf(program: DatabaseProgram, version: DatabaseVersion | undefined): boolean {
  return version === undefined || program.version.startsWith(`${version}.`)
}

async function installedProgram(flavor: Flavor): Promise<DatabaseProgram | undefined> {
  const name = flavor === "mysql" ? "mysqld" : "mariadbd"
  const path = onPath(name)
  if (path === undefined) return undefined
  const program = await describe(flavor, [path])
  if (program === undefined) return undefined
  const base = dirname(dirname(path))
  const share = ["mysql", "mariadb", ""].map((folder) => join(base, "share", folder)).find(hasMessages)
  if (share === undefined) return undefined
  return { ...program, placeArgs: [`--basedir=${base}`], share }
}

async function unpackedProgram(flavor: Flavor, root: string): Promise<DatabaseProgram> {
  const binary = join("usr/sbin", flavor === "mysql" ? "mysqld" : "mariadbd")
  const command = unpackedCommand(root, binary)
  const program = await describe(flavor, command)
  if (program === undefined) throw new Error(`${binary} of ${root} does not run`)
  const share = ["mysql", "mariadb"].map((folder) => join(root, "usr/share", folder)).find(hasMessages)
  if (share === undefined) throw new Error(`${root} holds no messages of ${binary}`)
  const placeArgs = [
    `--basedir=${join(root, "usr")}`,
    `--lc-messages-dir=${share}`,
    `--character-sets-dir=${join(share, "charsets")}`,
    `--plugin-dir=${join(root, "usr/lib/mysql/plugin")}`,
  ]
  return { ...program, placeArgs, share }
}

/** Asks the program for its version; undefined when it is of the other family or too old. */
async function describe(
  flavor: Flavor,
  command: readonly string[],
): Promise<Pick<DatabaseProgram, "flavor" | "version" | "command"> | undefined> {
  const [file = "", ...args] = command
  const told = await runCommand(file, [...args, "--version"])
  const version = /Ver (\d+\.\d+\.\d+)/.exec(told)?.[1]
  if (version === undefined || told.includes("MariaDB") !== (flavor === "mariadb")) return undefined
  return isSince(version, SINCE[flavor]) ? { flavor, version, command } : undefined
}

function isSince(version: string, since: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  const [sinceMajor = 0, sinceMinor = 0] = since.split(".").map(Number)
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor)
}

function hasMessages(folder: string): boolean {
  return existsSync(join(folder, "english"))
}
