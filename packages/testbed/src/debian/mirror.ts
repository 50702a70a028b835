import { existsSync } from "node:fs"
import { runCommand } from "../process/command.ts"

/** Where this machine gets Debian packages from, and the keys that sign them. */
export interface DebianMirror {
  readonly uri: string
  readonly keyring: string
}

const KEYRINGS = [
  "/usr/share/keyrings/debian-archive-keyring.gpg",
  "/usr/share/keyrings/debian-archive-keyring.pgp",
]

/** Reads the mirror out of the machine's own apt configuration; undefined where there is no Debian archive. */
export async function debianMirror(): Promise<DebianMirror | undefined> {
  const keyring = KEYRINGS.find((path) => existsSync(path))
  if (keyring === undefined) return undefined
  const format = "$(REPO_URI) $(ORIGIN)"
  const targets = await runCommand("apt-get", ["indextargets", "--format", format, "Created-By: Packages"])
  for (const line of targets.split("\n")) {
    const [uri = "", origin] = line.split(" ")
    const isArchive = uri.endsWith("/debian/") || (origin === "Debian" && !uri.includes("security"))
    if (isArchive) return { uri, keyring }
  }
  return undefined
}
