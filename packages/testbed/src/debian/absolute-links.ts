import { readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs"
import { dirname, join, relative } from "node:path"

/** Lets the links of unpacked packages that name a path from `/` on mean the same path below their own root. */
export function keepLinksBelow(root: string, folder: string = root): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) keepLinksBelow(root, path)
    if (!entry.isSymbolicLink()) continue
    const target = readlinkSync(path)
    if (!target.startsWith("/")) continue
    rmSync(path)
    symlinkSync(relative(dirname(path), join(root, target)), path)
  }
}
