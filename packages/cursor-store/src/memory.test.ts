import { test } from "vitest"
import { createMemoryCursorStore } from "./memory.ts"
import { cursorStoreContract } from "./testing/cursor-store-contract.ts"

cursorStoreContract(test, async () => ({
  open: async () => createMemoryCursorStore(),
  survives: false,
  [Symbol.asyncDispose]: async () => undefined,
}))
