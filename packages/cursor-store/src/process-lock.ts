import { link, readFile, rename, rm, unlink, writeFile } from "node:fs/promises"
import { readFileSync } from "node:fs"
import { randomUUID } from "node:crypto"

/** A file that one living process at a time holds. One that a killed process left behind counts as free. */
export interface ProcessLock {
  release(): Promise<void>
}

/** @returns the lock, or the id of the living process that holds it. */
export async function takeProcessLock(path: string): Promise<ProcessLock | number> {
  const own = `${process.pid} ${startOf(process.pid)}\n`
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, own)
  try {
    for (;;) {
      if (await linked(draft, path)) return { release: () => rm(path, { force: true }) }
      const found = await readIfThere(path)
      if (found === undefined) continue
      const [pid = "", start = ""] = found.trimEnd().split(" ")
      if (lives(Number(pid), start)) return Number(pid)
      await removeLeftover(path, found)
    }
  } finally {
    await rm(draft, { force: true })
  }
}

/** Two that find the same leftover must not remove each other's lock: it is renamed away, then looked at. */
async function removeLeftover(path: string, leftover: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
  } catch (error) {
    if (isCode(error, "ENOENT")) return
    throw error
  }
  if ((await readFile(aside, "utf8")) !== leftover) await linked(aside, path)
  await unlink(aside)
}

/** A hard link is created by one only, with its content already in it. */
async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (isCode(error, "EEXIST")) return false
    throw error
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8")
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined
    throw error
  }
}

function lives(pid: number, start: string): boolean {
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!isCode(error, "EPERM")) return false
  }
  return startOf(pid) === start
}

/**
 * When a process started, as text, so that another one with the same id is told apart: on Linux the boot's id and
 * field 22 of /proc/PID/stat; elsewhere "".
 */
function startOf(pid: number): string {
  if (process.platform !== "linux") return ""
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()}/${ticks}`
  } catch (error) {
    if (isCode(error, "ENOENT")) return ""
    throw error
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code
}
