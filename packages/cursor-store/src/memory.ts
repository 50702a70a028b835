import { ClientTable } from "./client-table.ts"
import { CursorStoreError, type CursorStore, type CursorStores } from "./cursor-store.ts"

/** Cursors that end with the process: for tests, and for instances that always begin anew. */
export function createMemoryCursorStore(): CursorStore {
  return memoryStore(new ClientTable(), () => true)
}

/** One table in this process's memory, kept over many ownerships. */
export function memoryCursors(): CursorStores {
  const table = new ClientTable()
  let owner = 0
  return {
    open: async () => {
      const own = ++owner
      return memoryStore(table, () => own === owner)
    },
    restore: async () => 0,
  }
}

function memoryStore(table: ClientTable, isOwned: () => boolean): CursorStore {
  const assertOwned = () => {
    if (!isOwned())
      throw new CursorStoreError("FENCED", "the cursors in memory were opened by their next owner")
  }
  return {
    place: "memory",
    subscriptions: async () => table.subscriptions(),
    subscribe: async (subscription) => {
      assertOwned()
      table.subscribe(subscription)
    },
    unsubscribe: async (clientId) => {
      assertOwned()
      table.unsubscribe(clientId)
    },
    cursor: async (clientId) => table.cursor(clientId),
    move: (clientId, cursor) => {
      if (isOwned()) table.move(clientId, cursor)
    },
    flush: async () => assertOwned(),
    [Symbol.asyncDispose]: async () => undefined,
  }
}
