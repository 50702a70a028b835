import type { Cursor, Subscription } from "./cursor.ts"

const LOG_POSITION = "com.alibaba.otter.canal.protocol.position.LogPosition"

/** A client's subscription with its cursor, as one member of `clientDatas`. */
export interface ClientData {
  readonly subscription: Subscription
  readonly cursor: Cursor | undefined
}

/**
 * Writes Canal's `meta.dat`: compact JSON, members in Canal's order, its spelling `postion`, no newline at the end.
 * `cursor` is left out where a client has none.
 */
export function formatMetaData(destination: string, clients: readonly ClientData[]): string {
  return JSON.stringify({
    clientDatas: clients.map(({ subscription, cursor }) => ({
      clientIdentity: { clientId: subscription.clientId, destination, filter: subscription.filter },
      cursor: cursor === undefined ? undefined : logPosition(cursor),
    })),
    destination,
  })
}

/**
 * Reads Canal's `meta.dat`. Members that are not known are passed over; `postition` and `position` are taken for
 * `postion`.
 * @throws Error whose message names the first thing that is not as it should be.
 */
export function parseMetaData(text: string): readonly ClientData[] {
  const root: unknown = JSON.parse(text)
  const clients = member(root, "clientDatas")
  if (!Array.isArray(clients)) throw new Error("clientDatas is not a list")
  return clients.map((client: unknown) => {
    const identity = member(client, "clientIdentity")
    const cursor = member(client, "cursor")
    return {
      subscription: {
        clientId: numberOf(identity, "clientId"),
        filter: textOf(identity, "filter") ?? "",
      },
      cursor: cursor === undefined || cursor === null ? undefined : readLogPosition(cursor),
    }
  })
}

/** Writes a cursor as Canal does in a node of its own. Java reads one only where `@type` comes first. */
export function formatCursor(cursor: Cursor): string {
  return JSON.stringify({ "@type": LOG_POSITION, ...logPosition(cursor) })
}

/**
 * Reads a cursor that stands in a node of its own, as leniently as `parseMetaData`, whatever its `@type`.
 * @throws Error whose message names the first thing that is not as it should be.
 */
export function parseCursor(text: string): Cursor {
  return readLogPosition(JSON.parse(text))
}

/** Canal's LogPosition, members in its order, for `JSON.stringify`. */
function logPosition(cursor: Cursor): object {
  return {
    identity: {
      slaveId: -1,
      sourceAddress: { address: cursor.source.host, port: cursor.source.port },
    },
    postion: {
      gtid: cursor.gtid,
      included: cursor.included,
      journalName: cursor.file,
      position: cursor.offset,
      serverId: cursor.serverId,
      timestamp: cursor.timestamp,
      complete: cursor.complete,
    },
  }
}

function readLogPosition(value: unknown): Cursor {
  const address = member(member(value, "identity"), "sourceAddress")
  const entry =
    member(value, "postion") ?? member(value, "postition") ?? member(value, "position") ?? undefined
  const file = textOf(entry, "journalName")
  if (file === undefined) throw new Error("journalName is missing in a cursor")
  const complete = member(entry, "complete")
  return {
    file,
    offset: numberOf(entry, "position"),
    included: member(entry, "included") === true,
    timestamp: numberOf(entry, "timestamp", 0),
    serverId: numberOf(entry, "serverId", 0),
    gtid: textOf(entry, "gtid") ?? "",
    source: { host: textOf(address, "address"), port: numberOf(address, "port", 0) },
    ...(typeof complete === "boolean" ? { complete } : {}),
  }
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined
  return Object.entries(value).find(([each]) => each === name)?.[1]
}

function textOf(value: unknown, name: string): string | undefined {
  const text = member(value, name)
  if (text === undefined || text === null) return undefined
  if (typeof text !== "string") throw new Error(`${name} is not a text`)
  return text
}

function numberOf(value: unknown, name: string, absent?: number): number {
  const number = member(value, name)
  if ((number === undefined || number === null) && absent !== undefined) return absent
  if (typeof number !== "number" || !Number.isSafeInteger(number)) {
    throw new Error(`${name} is ${number === undefined ? "missing" : "not a whole number"}`)
  }
  return number
}
