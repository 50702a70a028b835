import assert from "node:assert/strict"
import type { Node } from "../coordinator.ts"

/** The next state that a watch tells of; it may not have ended. */
export async function nextOf(watch: AsyncIterator<Node | undefined>): Promise<Node | undefined> {
  const result = await watch.next()
  assert.ok(result.done !== true, "the watch has ended")
  return result.value
}
