import { mkdirSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"

/** The folder that keeps what was brought once for all later runs; it survives the process and may be deleted. */
export function cacheFolder(): string {
  const caches = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache")
  const folder = join(caches, "canal-testbed")
  mkdirSync(folder, { recursive: true })
  return folder
}
