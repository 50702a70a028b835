import { setTimeout as sleep } from "node:timers/promises"
import { type Coordinator, cursorNode, destinationNode, serverRunningNode } from "@canal/coordination"
import type { CursorStores } from "@canal/cursor-store"
import { publishNotice } from "../notices.ts"

/**
 * Milliseconds that a server which held no cursors gives the one that did: more than that one may need to find a backend
 * that is back.
 */
export const RESTORE_TIME = 15_000

export interface LostCursorsOptions {
  readonly destination: string
  readonly cursors: CursorStores
  /** Whether this server ran the destination last, as far as it knows. */
  readonly wasOwner: boolean
  /** Ends the waiting. */
  readonly until: AbortSignal
}

/**
 * A backend that has lost its nodes gets back what the last owner still holds, before anyone begins anew: the last owner
 * writes it, the others leave it the time to. For a server that has been in a session with the backend before.
 */
export async function mendLostCursors(coordinator: Coordinator, options: LostCursorsOptions): Promise<void> {
  const { destination, cursors, wasOwner, until } = options
  if (await hasCursors(coordinator, destination)) return
  // Who runs it now knows better: its clients may have unsubscribed.
  if ((await coordinator.get(serverRunningNode(destination))) !== undefined) return
  if (wasOwner) {
    const restored = await cursors.restore(coordinator)
    if (restored > 0) {
      publishNotice(
        "error",
        `the backend has lost the clients of destination ${destination}: ${restored} cursors are written back as they were last known here`,
      )
    }
  } else {
    publishNotice(
      "warning",
      `the backend holds no cursors of destination ${destination}: if it has lost them, the server that ran it last gets time to write them back`,
    )
    await sleep(RESTORE_TIME, undefined, { signal: until }).catch(() => undefined)
  }
}

/** A client's own node says nothing: consumers make it as well, when they agree on who is active. */
async function hasCursors(coordinator: Coordinator, destination: string): Promise<boolean> {
  const names = await coordinator.children(destinationNode(destination))
  const clientIds = names.filter((name) => /^-?\d+$/.test(name)).map(Number)
  const nodes = await Promise.all(clientIds.map((id) => coordinator.get(cursorNode(destination, id))))
  return nodes.some((node) => node !== undefined)
}
