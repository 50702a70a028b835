import { existsSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import type { Progress } from "../progress.ts"
import { cacheFolder } from "./cache-folder.ts"
import { withFileLock } from "./file-lock.ts"

/**
 * A folder of the cache that is made once per machine: `make` fills a folder beside, which is then renamed, so that a
 * folder under its final name is always whole. Several processes may ask at once; one makes, the others wait.
 * @returns the absolute path of the folder
 */
export async function madeOnce(
  name: string,
  progress: Progress,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(cacheFolder(), name)
  if (existsSync(folder)) return folder
  await withFileLock(
    `${folder}.lock`,
    (owner) => progress(`process ${owner} is preparing ${name}: waiting for it`),
    async () => {
      if (existsSync(folder)) return
      const unfinished = `${folder}.unfinished`
      rmSync(unfinished, { recursive: true, force: true })
      await make(unfinished)
      renameSync(unfinished, folder)
    },
  )
  return folder
}
