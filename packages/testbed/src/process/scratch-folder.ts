import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { alreadyGone, outlivedBy } from "./undertaker.ts"

/** A folder of its own that vanishes when it is disposed of, and with this process at the latest. */
export interface ScratchFolder extends Disposable {
  readonly path: string
}

/** Makes an empty folder below the system's folder for temporary files. */
export function createScratchFolder(name: string): ScratchFolder {
  const path = mkdtempSync(join(tmpdir(), `canal-testbed-${name}-`))
  outlivedBy("folder", path)
  return {
    path,
    [Symbol.dispose]() {
      rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
      alreadyGone("folder", path)
    },
  }
}
