import { clientNode, cursorNode, filterNode, type Coordinator } from "@canal/coordination"
import { formatCursor, type ClientData } from "../cursor-json.ts"
import type { Cursor } from "../cursor.ts"
import type { Fence } from "./fence.ts"
import { isConflict, OwnedNode } from "./owned-node.ts"
import { readClient, type StoredClient } from "./stored-client.ts"

/** Whose the nodes are that are written. */
export interface Owner {
  readonly coordinator: Coordinator
  readonly destination: string
  readonly fence: Fence
}

/** A client's nodes, written by the owner of the destination. */
export class OwnedClient {
  /** As it was found. */
  readonly found: ClientData
  readonly #owner: Owner
  readonly #clientId: number
  readonly #node: OwnedNode
  readonly #cursor: OwnedNode
  /** `undefined` while it is not known what is stored. */
  #filter: string | undefined

  private constructor(owner: Owner, found: ClientData, node: OwnedNode, cursor: OwnedNode) {
    this.#owner = owner
    this.found = found
    this.#clientId = found.subscription.clientId
    this.#filter = found.subscription.filter
    this.#node = node
    this.#cursor = cursor
  }

  /**
   * Makes a client's nodes the owner's by rewriting them: any later write of the owner before is refused. One without
   * a cursor gets an empty node, so that the owner before cannot make it a first cursor either.
   * @returns `undefined` where the client is not subscribed any more
   * @throws CursorStoreError `FENCED`, `UNREADABLE`
   */
  static async adopt(owner: Owner, stored: StoredClient): Promise<OwnedClient | undefined> {
    const { coordinator, destination, fence } = owner
    const { clientId } = stored.data.subscription
    let found: StoredClient | undefined = stored
    while (found !== undefined) {
      const { node, cursorNode: cursor, data } = found
      try {
        const ownNode = await coordinator.put(node.path, node.data, { ifRevision: node.revision })
        const ownCursor = await coordinator.put(cursorNode(destination, clientId), cursor?.data ?? "", {
          ifRevision: cursor?.revision ?? "absent",
        })
        return new OwnedClient(
          owner,
          data,
          new OwnedNode(coordinator, fence, ownNode),
          new OwnedNode(coordinator, fence, ownCursor),
        )
      } catch (error) {
        if (!isConflict(error)) throw error
        await fence.assertStands()
        found = await readClient(coordinator, destination, clientId)
      }
    }
    return undefined
  }

  /**
   * Subscribes a client that the owner does not know yet. It may be there all the same: consumers make the node when
   * they agree on who is active.
   */
  static async create(owner: Owner, clientId: number, filter: string): Promise<OwnedClient> {
    const { coordinator, destination, fence } = owner
    await fence.assertStands()
    let client: OwnedClient | undefined
    while (client === undefined) {
      await createNode(coordinator, cursorNode(destination, clientId), "")
      const stored = await readClient(coordinator, destination, clientId)
      client = stored === undefined ? undefined : await OwnedClient.adopt(owner, stored)
    }
    await client.subscribe(filter)
    // A later owner that had begun before this client was there may have missed it.
    await fence.assertStands()
    return client
  }

  /** The client's node is rewritten after the filter, so that it counts only where no later owner was there between. */
  async subscribe(filter: string): Promise<void> {
    const { coordinator, destination } = this.#owner
    const wanted = isBlank(filter) ? "" : filter
    await this.#node.rewrite()
    if (wanted === this.#filter) return
    this.#filter = undefined
    const path = filterNode(destination, this.#clientId)
    if (wanted === "") await coordinator.remove(path)
    else await coordinator.put(path, wanted)
    await this.#node.rewrite()
    this.#filter = wanted
  }

  /** Removes the client's node with all below it. */
  async unsubscribe(): Promise<void> {
    await this.#node.remove()
  }

  async move(cursor: Cursor): Promise<void> {
    const data = formatCursor(cursor)
    if (!this.#cursor.holds(data)) await this.#cursor.write(data)
  }
}

/**
 * Writes a client back where nothing of it is. What somebody has stored since is left alone.
 * @returns whether anything was written
 */
export async function restoreClient(
  coordinator: Coordinator,
  destination: string,
  client: ClientData,
): Promise<boolean> {
  const { clientId, filter } = client.subscription
  const path = cursorNode(destination, clientId)
  const found = await coordinator.get(path)
  if (found !== undefined && found.data !== "") return false
  const isBack =
    client.cursor === undefined
      ? await createNode(coordinator, clientNode(destination, clientId), "")
      : await accepted(
          coordinator.put(path, formatCursor(client.cursor), { ifRevision: found?.revision ?? "absent" }),
        )
  if (isBlank(filter)) return isBack
  return (await createNode(coordinator, filterNode(destination, clientId), filter)) || isBack
}

/** @returns false where the node is there already */
function createNode(coordinator: Coordinator, path: string, data: string): Promise<boolean> {
  return accepted(coordinator.put(path, data, { ifRevision: "absent" }))
}

/** @returns false where it was refused as `CONFLICT` */
async function accepted(write: Promise<unknown>): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (isConflict(error)) return false
    throw error
  }
}

/** Canal stores no filter that is blank. */
function isBlank(filter: string): boolean {
  return filter.trim() === ""
}
