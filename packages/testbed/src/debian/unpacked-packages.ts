import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { cacheFolder } from "../cache/cache-folder.ts"
import { withFileLock } from "../cache/file-lock.ts"
import { madeOnce } from "../cache/made-once.ts"
import { runCommand } from "../process/command.ts"
import type { Progress } from "../progress.ts"
import { keepLinksBelow } from "./absolute-links.ts"
import { debianMirror, type DebianMirror } from "./mirror.ts"

/** Packages of a Debian release that are wanted with all that they need. */
export interface WantedPackages {
  /** Name of the folder in the cache. */
  readonly name: string
  /** Debian's code name of the release, such as `sid`. */
  readonly release: string
  readonly packages: readonly string[]
}

/**
 * Downloads packages of any Debian release with everything they depend on, libc included, and unpacks them into a
 * folder of the cache. Nothing is installed: no maintainer script runs, no service starts, and the machine's own
 * package database is not touched. Works without root on every Debian that has apt.
 * @returns the folder, which is laid out as a root directory
 */
export async function unpackedPackages(wanted: WantedPackages, progress: Progress): Promise<string> {
  return madeOnce(wanted.name, progress, async (root) => {
    const mirror = await debianMirror()
    if (mirror === undefined) throw new Error("apt on this machine knows no Debian archive")
    const state = join(cacheFolder(), "debian", wanted.release)
    mkdirSync(state, { recursive: true })
    const archives = await withFileLock(
      join(state, "lock"),
      (owner) => progress(`process ${owner} is downloading packages of ${wanted.release}: waiting for it`),
      () => download(wanted, mirror, state, progress),
    )
    progress(`unpacking ${archives.length} packages (some 5 s)`)
    layMergedUsr(root)
    for (const archive of archives) await runCommand("dpkg-deb", ["--extract", archive, root])
    keepLinksBelow(root)
    for (const archive of archives) rmSync(archive)
  })
}

/** A second apt beside the machine's: own sources, lists, archives, and a status in which nothing is installed. */
async function download(
  wanted: WantedPackages,
  mirror: DebianMirror,
  state: string,
  progress: Progress,
): Promise<readonly string[]> {
  const archives = join(state, "cache", "archives", wanted.name)
  for (const folder of [join(state, "lists", "partial"), join(archives, "partial")])
    mkdirSync(folder, { recursive: true })
  const sources = join(state, "sources.list")
  writeFileSync(sources, `deb [signed-by=${mirror.keyring}] ${mirror.uri} ${wanted.release} main\n`)
  const status = join(state, "status")
  writeFileSync(status, "")
  const settings = {
    "Dir::Etc::SourceList": sources,
    "Dir::Etc::SourceParts": "/dev/null",
    "Dir::Etc::Preferences": "/dev/null",
    "Dir::Etc::PreferencesParts": "/dev/null",
    "Dir::State": state,
    "Dir::State::Lists": join(state, "lists"),
    "Dir::State::Status": status,
    "Dir::Cache": join(state, "cache"),
    "Dir::Cache::Archives": archives,
    "APT::Default-Release": "",
    "APT::Install-Recommends": "false",
    "APT::Keep-Downloaded-Packages": "true",
    "APT::Sandbox::User": "",
    "Acquire::Languages": "none",
    "Acquire::Retries": "3",
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`])
  const environment = { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" }
  progress(`reading the package lists of Debian ${wanted.release} (11 MB)`)
  await runCommand("apt-get", [...options, "update"], { environment })
  // What an interrupted run left may be of a version that the release has replaced since.
  await runCommand("apt-get", [...options, "autoclean"], { environment })
  progress(`downloading ${wanted.packages.join(", ")} and what they need (some 70 MB)`)
  const install = ["--yes", "--download-only", "install", ...wanted.packages]
  await runCommand("apt-get", [...options, ...install], { environment })
  return readdirSync(archives)
    .filter((file) => file.endsWith(".deb"))
    .map((file) => join(archives, file))
}

/** Packages of today put their files below /usr; some still name the old folders, which are links. */
function layMergedUsr(root: string): void {
  for (const folder of ["bin", "sbin", "lib", "lib64"]) {
    mkdirSync(join(root, "usr", folder), { recursive: true })
    if (!existsSync(join(root, folder))) symlinkSync(join("usr", folder), join(root, folder))
  }
}
