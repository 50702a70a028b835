import { chmodSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { unpackedCommand } from "../debian/unpacked-command.ts"
import { unpackedPackages, type WantedPackages } from "../debian/unpacked-packages.ts"
import { onPath } from "../process/on-path.ts"
import { type Progress, progressOnStderr } from "../progress.ts"
import type { Flavor } from "./program.ts"

const TOOLS: Readonly<Record<Flavor, { readonly name: string; readonly wanted: WantedPackages }>> = {
  mysql: {
    name: "mysqlbinlog",
    wanted: { name: "mysql-9.7", release: "sid", packages: ["mysql-server-core"] },
  },
  mariadb: {
    name: "mariadb-binlog",
    wanted: { name: "mariadb-client-10.11", release: "bookworm", packages: ["mariadb-client"] },
  },
}

/**
 * The path of the family's own program that prints binlogs (`mysqlbinlog`, `mariadb-binlog`): the one on the PATH, else
 * a script in the cache that runs it from Debian's packages.
 */
export async function binlogTool(flavor: Flavor, progress: Progress = progressOnStderr): Promise<string> {
  const { name, wanted } = TOOLS[flavor]
  const installed = onPath(name)
  if (installed !== undefined) return installed
  const root = await unpackedPackages(wanted, progress)
  const words = unpackedCommand(root, join("usr/bin", name)).map((word) => `'${word}'`)
  const script = join(root, `run-${name}`)
  writeFileSync(script, `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`)
  chmodSync(script, 0o755)
  return script
}
