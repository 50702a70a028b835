import { open, rename } from "node:fs/promises"
import { dirname } from "node:path"

/**
 * Replaces a file's content so that after a crash at any moment the file is the old or the new one, whole: written
 * beside, synced, renamed over, and the folder synced.
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  const beside = `${path}.new`
  const file = await open(beside, "w")
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
  await syncDirectory(dirname(path))
}

/** Windows cannot open a folder to sync it, and needs not: there renaming is durable by itself. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return
  const directory = await open(path, "r")
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
