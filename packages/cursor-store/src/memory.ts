import { ClientTable } from "./client-table.ts"
import type { CursorStore } from "./cursor-store.ts"

/** Cursors that end with the process: for tests, and for instances that always begin anew. */
export function createMemoryCursorStore(): CursorStore {
  const table = new ClientTable()
  return {
    place: "memory",
    subscriptions: async () => table.subscriptions(),
    subscribe: async (subscription) => table.subscribe(subscription),
    unsubscribe: async (clientId) => table.unsubscribe(clientId),
    cursor: async (clientId) => table.cursor(clientId),
    move: (clientId, cursor) => {
      table.move(clientId, cursor)
    },
    flush: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
}
