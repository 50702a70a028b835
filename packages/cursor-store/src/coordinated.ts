import { CoordinationError, destinationNode } from "@canal/coordination"
import { ClientTable } from "./client-table.ts"
import { Fence } from "./coordinated/fence.ts"
import { OwnedClient, restoreClient, type Owner } from "./coordinated/owned-client.ts"
import { clientIdsAmong, readClient } from "./coordinated/stored-client.ts"
import { CursorStoreError, type CursorStore, type CursorStores } from "./cursor-store.ts"
import { publishFailure } from "./notices.ts"
import { WriteBehind } from "./write-behind.ts"

export interface CoordinatedCursorsOptions {
  readonly destination: string
  /** Milliseconds after which a moved cursor is written at the latest; default 1000, as in Canal. */
  readonly flushPeriod?: number
}

/**
 * Keeps cursors in the coordination backend, in the nodes and form of Canal: `{clientId}`, `{clientId}/filter` and
 * `{clientId}/cursor` below the destination's node. Each write carries the revision that its writer last saw, and each
 * owner begins by rewriting what is there: a write of an owner before it is refused, whatever that one believes.
 */
export function coordinatedCursors(options: CoordinatedCursorsOptions): CursorStores {
  const { destination, flushPeriod = 1000 } = options
  const place = destinationNode(destination)
  let held = new ClientTable()
  return {
    async open(coordinator) {
      return inCursorWords(`the cursors below ${place} were not opened`, async () => {
        const owner = { coordinator, destination, fence: await Fence.raise(coordinator, destination) }
        const clients = await adoptClients(owner)
        await owner.fence.assertStands()
        held = new ClientTable(clients.map((client) => client.found))
        return new CoordinatedCursorStore(owner, held, clients, flushPeriod)
      })
    },
    async restore(coordinator) {
      return inCursorWords(`the cursors below ${place} were not written back`, async () => {
        const clients = held.list()
        const restored = await Promise.all(
          clients.map((client) => restoreClient(coordinator, destination, client)),
        )
        return restored.filter((isRestored) => isRestored).length
      })
    },
  }
}

/** Nothing is adopted before everything could be read. */
async function adoptClients(owner: Owner): Promise<readonly OwnedClient[]> {
  const { coordinator, destination } = owner
  const clientIds = clientIdsAmong(await coordinator.children(destinationNode(destination)))
  const stored = await Promise.all(clientIds.map((id) => readClient(coordinator, destination, id)))
  const there = stored.filter((client) => client !== undefined)
  const adopted = await Promise.all(there.map((client) => OwnedClient.adopt(owner, client)))
  return adopted.filter((client) => client !== undefined)
}

class CoordinatedCursorStore implements CursorStore {
  readonly place: string
  readonly #owner: Owner
  readonly #table: ClientTable
  readonly #clients: Map<number, OwnedClient>
  readonly #writer: WriteBehind
  /** Clients whose cursor was moved and not written since. */
  readonly #moved = new Set<number>()
  /** Writes one after the other, but for the cursors of one flush: what a node holds is known before the next write. */
  #turn: Promise<void> = Promise.resolve()
  /** Why nothing is written any more. */
  #fenced: CursorStoreError | undefined

  constructor(owner: Owner, table: ClientTable, clients: readonly OwnedClient[], flushPeriod: number) {
    this.place = destinationNode(owner.destination)
    this.#owner = owner
    this.#table = table
    this.#clients = new Map(clients.map((client) => [client.found.subscription.clientId, client]))
    this.#writer = new WriteBehind(
      () => this.#writeMoved(),
      flushPeriod,
      (error) => {
        if (error !== this.#fenced) publishFailure(error)
      },
    )
  }

  async subscriptions(): ReturnType<CursorStore["subscriptions"]> {
    return this.#table.subscriptions()
  }

  async subscribe(...[subscription]: Parameters<CursorStore["subscribe"]>): Promise<void> {
    const { clientId, filter } = subscription
    await this.#inTurn(`the subscription of client ${clientId}`, async () => {
      const known = this.#clients.get(clientId)
      if (known !== undefined) {
        await known.subscribe(filter)
        this.#table.subscribe(subscription)
        return
      }
      const client = await OwnedClient.create(this.#owner, clientId, filter)
      this.#clients.set(clientId, client)
      this.#table.subscribe(subscription)
      if (client.found.cursor !== undefined) this.#table.move(clientId, client.found.cursor)
    })
  }

  async unsubscribe(clientId: number): Promise<void> {
    await this.#inTurn(`that client ${clientId} unsubscribed`, async () => {
      const client = this.#clients.get(clientId) ?? (await this.#unknown(clientId))
      this.#clients.delete(clientId)
      this.#moved.delete(clientId)
      this.#table.unsubscribe(clientId)
      await client?.unsubscribe()
    })
  }

  async cursor(clientId: number): ReturnType<CursorStore["cursor"]> {
    return this.#table.cursor(clientId)
  }

  move(...[clientId, cursor]: Parameters<CursorStore["move"]>): void {
    if (this.#fenced !== undefined || !this.#table.move(clientId, cursor)) return
    this.#moved.add(clientId)
    this.#writer.mark()
  }

  async flush(): Promise<void> {
    if (this.#moved.size > 0 || this.#writer.marked) await this.#writer.flush()
    if (this.#fenced !== undefined) throw this.#fenced
  }

  /** A store that is fenced has said so, and has nothing left to write. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.flush()
    } catch (error) {
      if (error !== this.#fenced) throw error
    } finally {
      await this.#writer.stop()
    }
  }

  /** A client that somebody has made since the cursors were opened; `undefined` where there is none. */
  async #unknown(clientId: number): Promise<OwnedClient | undefined> {
    const { coordinator, destination, fence } = this.#owner
    await fence.assertStands()
    const stored = await readClient(coordinator, destination, clientId)
    return stored === undefined ? undefined : OwnedClient.adopt(this.#owner, stored)
  }

  async #writeMoved(): Promise<void> {
    if (this.#fenced !== undefined) return
    await this.#inTurn("a moved cursor", async () => {
      const moved = [...this.#moved]
      this.#moved.clear()
      const results = await Promise.allSettled(moved.map((clientId) => this.#writeCursor(clientId)))
      const failures = results.filter((result) => result.status === "rejected")
      const fenced = failures.find(({ reason }) => isFencing(reason))
      const failure = fenced ?? failures[0]
      if (failure !== undefined) throw failure.reason
    })
  }

  async #writeCursor(clientId: number): Promise<void> {
    const cursor = this.#table.cursor(clientId)
    if (cursor === undefined) return
    try {
      await this.#clients.get(clientId)?.move(cursor)
    } catch (error) {
      this.#moved.add(clientId)
      throw error
    }
  }

  async #inTurn(what: string, write: () => Promise<void>): Promise<void> {
    const before = this.#turn
    const written = (async () => {
      await before
      await this.#asOwner(what, write)
    })()
    this.#turn = written.catch(() => undefined)
    await written
  }

  async #asOwner(what: string, write: () => Promise<void>): Promise<void> {
    if (this.#fenced !== undefined) throw this.#fenced
    try {
      await inCursorWords(`${what} was not written below ${this.place}`, write)
    } catch (error) {
      if (error instanceof CursorStoreError && error.code === "FENCED") this.#end(error)
      throw error
    }
  }

  #end(fenced: CursorStoreError): void {
    this.#fenced = fenced
    this.#moved.clear()
    publishFailure(fenced)
  }
}

function isFencing(error: unknown): boolean {
  return (
    (error instanceof CursorStoreError && error.code === "FENCED") ||
    (error instanceof CoordinationError && error.code === "SESSION_LOST")
  )
}

/** What coordination refuses, in words of cursors. @throws CursorStoreError */
async function inCursorWords<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof CoordinationError)) throw error
    throw new CursorStoreError(codeOf(error), `${what}: ${error.message}`, { cause: error })
  }
}

/** Trying again does not mend what the backend refuses. */
function codeOf({ code }: CoordinationError): CursorStoreError["code"] {
  if (code === "SESSION_LOST") return "FENCED"
  return code === "REFUSED" ? "UNUSABLE" : "NOT_WRITTEN"
}
