import { mkdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { ClientTable } from "./client-table.ts"
import { formatMetaData, parseMetaData, type ClientData } from "./cursor-json.ts"
import { CursorStoreError, type CursorStore, type CursorStores } from "./cursor-store.ts"
import { publishFailure } from "./notices.ts"
import { takeProcessLock } from "./process-lock.ts"
import { replaceFile } from "./replace-file.ts"
import { WriteBehind } from "./write-behind.ts"

export interface FileCursorStoreOptions {
  /** The folder that holds one folder for each destination. Created where missing. */
  readonly directory: string
  readonly destination: string
  /** Milliseconds after which a moved cursor is on the disk at the latest; default 1000, as in Canal. */
  readonly flushPeriod?: number
}

/** Cursors in a file, as `openFileCursorStore` keeps them; nothing of them goes through the coordinator. */
export function fileCursors(options: FileCursorStoreOptions): CursorStores {
  return { open: () => openFileCursorStore(options), restore: async () => 0 }
}

/**
 * Keeps cursors in `{directory}/{destination}/meta.dat`, the file and form of Canal. After a crash the file is the
 * old or the new one, whole. Only one process at a time may open it.
 * @throws CursorStoreError `UNREADABLE` where the file is not what Canal or we write (it is left as it is), `IN_USE`,
 * or `UNUSABLE` where the folder cannot be written.
 */
export async function openFileCursorStore(options: FileCursorStoreOptions): Promise<CursorStore> {
  const folder = join(options.directory, options.destination)
  const path = join(folder, "meta.dat")
  const lock = await prepared(folder, () => takeProcessLock(join(folder, "meta.dat.lock")))
  if (typeof lock === "number") {
    throw new CursorStoreError(
      "IN_USE",
      `${folder} is in use by process ${lock}; stop it or choose another data folder`,
    )
  }
  try {
    const table = new ClientTable(await readClients(path))
    return new FileCursorStore(path, options, table, () => lock.release())
  } catch (error) {
    await lock.release()
    throw error
  }
}

class FileCursorStore implements CursorStore {
  readonly place: string
  readonly #table: ClientTable
  readonly #writer: WriteBehind
  readonly #release: () => Promise<void>
  #dirty = false

  constructor(
    path: string,
    options: FileCursorStoreOptions,
    table: ClientTable,
    release: () => Promise<void>,
  ) {
    this.place = path
    this.#table = table
    this.#release = release
    const write = async () => {
      this.#dirty = false
      try {
        await replaceFile(path, formatMetaData(options.destination, table.list()))
      } catch (error) {
        this.#dirty = true
        throw new CursorStoreError("NOT_WRITTEN", `${path} was not written: ${reason(error)}`, {
          cause: error,
        })
      }
    }
    this.#writer = new WriteBehind(write, options.flushPeriod ?? 1000, publishFailure)
  }

  async subscriptions(): ReturnType<CursorStore["subscriptions"]> {
    return this.#table.subscriptions()
  }

  async subscribe(...[subscription]: Parameters<CursorStore["subscribe"]>): Promise<void> {
    this.#dirty = true
    this.#table.subscribe(subscription)
    await this.#writer.flush()
  }

  async unsubscribe(clientId: number): Promise<void> {
    this.#dirty = true
    this.#table.unsubscribe(clientId)
    await this.#writer.flush()
  }

  async cursor(clientId: number): ReturnType<CursorStore["cursor"]> {
    return this.#table.cursor(clientId)
  }

  move(...[clientId, cursor]: Parameters<CursorStore["move"]>): void {
    if (!this.#table.move(clientId, cursor)) return
    this.#dirty = true
    this.#writer.mark()
  }

  async flush(): Promise<void> {
    if (this.#dirty || this.#writer.marked) await this.#writer.flush()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.flush()
    } finally {
      await this.#writer.stop()
      await this.#release()
    }
  }
}

async function prepared<T>(folder: string, then: () => Promise<T>): Promise<T> {
  try {
    await mkdir(folder, { recursive: true })
    return await then()
  } catch (error) {
    throw new CursorStoreError(
      "UNUSABLE",
      `${folder} cannot be written: ${reason(error)}; choose another data folder, or let this user write there`,
      {
        cause: error,
      },
    )
  }
}

async function readClients(path: string): Promise<readonly ClientData[]> {
  let text: string
  try {
    text = await readFile(path, "utf8")
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return []
    throw new CursorStoreError("UNREADABLE", `${path} cannot be read: ${reason(error)}`, { cause: error })
  }
  try {
    return parseMetaData(text)
  } catch (error) {
    throw new CursorStoreError(
      "UNREADABLE",
      `${path} holds no cursors (${reason(error)}); it is left as it is: mend it, or move it away to begin anew`,
      { cause: error },
    )
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
