import { unpackedCommand } from "../debian/unpacked-command.ts"
import { unpackedPackages } from "../debian/unpacked-packages.ts"
import { onPath } from "../process/on-path.ts"
import type { Progress } from "../progress.ts"

const PACKAGES = { name: "etcd-3.4", release: "bookworm", packages: ["etcd-server"] }

/** The command that runs etcd: `etcd` on the PATH if it is there, else Debian's etcd 3.4, unpacked beside the system. */
export async function etcdProgram(progress: Progress): Promise<readonly string[]> {
  const path = onPath("etcd")
  if (path !== undefined) return [path]
  let root: string
  try {
    root = await unpackedPackages(PACKAGES, progress)
  } catch (error) {
    throw new Error(
      "no etcd on the PATH, and Debian's packages could not be fetched: install etcd 3.4 or newer",
      {
        cause: error,
      },
    )
  }
  return unpackedCommand(root, "usr/bin/etcd")
}
