import { clientNode, cursorNode, filterNode, type Coordinator, type Node } from "@canal/coordination"
import { parseCursor, type ClientData } from "../cursor-json.ts"
import { CursorStoreError } from "../cursor-store.ts"

/** A client's nodes as they were read. */
export interface StoredClient {
  readonly node: Node
  /** `undefined` where it has none; an empty one says that there is no cursor, for Java as well. */
  readonly cursorNode: Node | undefined
  readonly data: ClientData
}

/**
 * The clients among the names below a destination: whole numbers of 16 bits, as Canal writes them.
 * @returns in ascending order
 */
export function clientIdsAmong(names: readonly string[]): readonly number[] {
  return names
    .filter((name) => /^(?:0|-?[1-9]\d{0,4})$/.test(name))
    .map(Number)
    .filter((number) => number >= -32_768 && number <= 32_767)
    .toSorted((a, b) => a - b)
}

/**
 * Reads a client's nodes; `undefined` where it is not subscribed. The client's own node is read first: an owner rewrites
 * it after the filter, so that who then rewrites it at the revision read here has the filter that belongs to it.
 * @throws CursorStoreError `UNREADABLE`
 */
export async function readClient(
  coordinator: Coordinator,
  destination: string,
  clientId: number,
): Promise<StoredClient | undefined> {
  const node = await coordinator.get(clientNode(destination, clientId))
  if (node === undefined) return undefined
  const [filter, cursor] = await Promise.all([
    coordinator.get(filterNode(destination, clientId)),
    coordinator.get(cursorNode(destination, clientId)),
  ])
  return {
    node,
    cursorNode: cursor,
    data: {
      subscription: { clientId, filter: filter?.data ?? "" },
      cursor: cursor === undefined || cursor.data === "" ? undefined : readCursor(cursor),
    },
  }
}

function readCursor({ path, data }: Node): ReturnType<typeof parseCursor> {
  try {
    return parseCursor(data)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CursorStoreError(
      "UNREADABLE",
      `${path} holds no cursor (${reason}); it is left as it is: mend it, or remove it to begin anew`,
      { cause: error },
    )
  }
}
