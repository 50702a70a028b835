import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { errorCode } from "../error-code.ts"
import { isRunning } from "../process/is-running.ts"

const POLL_MS = 100

/**
 * Runs `work` while holding the lock file `path`, which processes of this machine respect among themselves. A lock
 * whose owner no longer lives is taken over.
 * @param waiting is told once, with the owner's process id, when somebody else holds the lock.
 */
export async function withFileLock<T>(
  path: string,
  waiting: (owner: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  // The lock appears together with its content: a link to a file that is already written.
  const mine = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`
  writeFileSync(mine, `${process.pid}\n`)
  try {
    for (let told = false; !tryLink(mine, path);) {
      const owner = ownerOf(path)
      if (owner === undefined) continue
      if (!isRunning(owner)) {
        discardStale(path, owner)
        continue
      }
      if (!told) waiting(owner)
      told = true
      await sleep(POLL_MS)
    }
    try {
      return await work()
    } finally {
      rmSync(path, { force: true })
    }
  } finally {
    rmSync(mine, { force: true })
  }
}

function tryLink(existing: string, path: string): boolean {
  try {
    linkSync(existing, path)
    return true
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false
    throw error
  }
}

function ownerOf(path: string): number | undefined {
  try {
    return Number(readFileSync(path, "utf8"))
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined
    throw error
  }
}

/** Two processes may see the same stale lock: only one rename of it succeeds, and a fresh lock that slipped in between is put back. */
function discardStale(path: string, owner: number): void {
  const aside = `${path}.stale.${process.pid}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (errorCode(error) === "ENOENT") return
    throw error
  }
  if (ownerOf(aside) !== owner) tryLink(aside, path)
  rmSync(aside, { force: true })
  // What the owner linked the lock to is still there when it was killed.
  for (const file of readdirSync(dirname(path))) {
    if (file.startsWith(`${basename(path)}.${owner}.`)) rmSync(join(dirname(path), file), { force: true })
  }
}
