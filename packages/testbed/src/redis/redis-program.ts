import { unpackedCommand } from "../debian/unpacked-command.ts"
import { unpackedPackages } from "../debian/unpacked-packages.ts"
import { onPath } from "../process/on-path.ts"
import type { Progress } from "../progress.ts"

const PACKAGES = { name: "redis-7.0", release: "bookworm", packages: ["redis-server"] }

/**
 * The command that runs Redis: `redis-server` on the PATH if it is there, else Debian's Redis 7.0, unpacked beside the
 * system. The same program is a sentinel when it is told `--sentinel`.
 */
export async function redisProgram(progress: Progress): Promise<readonly string[]> {
  const path = onPath("redis-server")
  if (path !== undefined) return [path]
  let root: string
  try {
    root = await unpackedPackages(PACKAGES, progress)
  } catch (error) {
    throw new Error(
      "no redis-server on the PATH, and Debian's packages could not be fetched: install Redis 7.0 or newer",
      { cause: error },
    )
  }
  return unpackedCommand(root, "usr/bin/redis-server")
}
