import {
  AckErrorCode,
  decodeClientAck,
  decodeClientRollback,
  decodeGet,
  decodeSub,
  decodeUnsub,
  encodeAck,
  encodeNoMessages,
  getTimeoutMilliseconds,
  type Int64,
  messagesFrame,
  type Packet,
  PacketType,
  packetTypeName,
} from "@canal/protocol"
import type { Delivery } from "../delivery/delivery.ts"
import { publishBatch } from "../notices.ts"
import { batchParts } from "./batch-parts.ts"
import { parseClientId } from "./client-id.ts"
import type { NamedClients } from "./named-clients.ts"

/** The destinations that a server runs. */
export interface Destinations {
  /**
   * The delivery of a destination, as soon as it may be served.
   * @throws ServerError `NOT_RUNNING` where it is not run here; the signal's reason
   */
  serving(destination: string, signal: AbortSignal): Promise<Delivery>
}

/** Who asks, and whom. */
export interface Asking {
  readonly destinations: Destinations
  /** The clients that the session has named. */
  readonly named: NamedClients
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal
}

export interface Answer {
  /** To send, in order; none for a request that is answered by silence. */
  readonly frames: readonly Buffer[]
  /** To be called when they are sent, or never will be: their memory may change from then on. */
  readonly done: () => void
}

const SILENCE: Answer = answerOf()

/**
 * Does what a client of an open session asks for.
 * @throws whatever the answer must say went wrong; see `errorAnswer`.
 */
export async function answer(packet: Packet, asking: Asking): Promise<Answer> {
  switch (packet.type) {
    case PacketType.SUBSCRIPTION: {
      const { destination, clientId, filter } = decodeSub(packet.body)
      if (destination === "" || clientId === "") return identityMissing()
      await subscribe(asking, destination, clientId, filter)
      return answerOf(encodeAck())
    }
    case PacketType.UNSUBSCRIPTION: {
      const { destination, clientId } = decodeUnsub(packet.body)
      if (destination === "" || clientId === "") return identityMissing()
      const client = parseClientId(clientId)
      const delivery = await asking.destinations.serving(destination, asking.signal)
      await delivery.unsubscribe(client)
      return answerOf(encodeAck())
    }
    case PacketType.GET: {
      const get = decodeGet(packet.body)
      if (get.destination === "" || get.clientId === "") return identityMissing()
      const client = parseClientId(get.clientId)
      const wait = getTimeoutMilliseconds(get)
      const delivery = await serving(asking, get.destination, client)
      const { signal } = asking
      const batch = await delivery.get(client, { fetchSize: get.fetchSize, wait, signal })
      if (batch === undefined) return answerOf(encodeNoMessages())
      publishBatch(get.destination, client, batch.id, batch.entries.length)
      const frames = messagesFrame(batch.id, batchParts(batch.entries.runs))
      return { frames, done: () => batch[Symbol.dispose]() }
    }
    case PacketType.CLIENTACK: {
      const { destination, clientId, batchId } = decodeClientAck(packet.body)
      if (destination === "" || clientId === "") return identityMissing()
      if (batchId === 0) return failure(AckErrorCode.BATCH_ID_MISSING, "batchId should assign value")
      if (batchId === -1) return SILENCE
      const client = parseClientId(clientId)
      const delivery = await serving(asking, destination, client)
      delivery.acknowledge(client, batchId)
      return SILENCE
    }
    case PacketType.CLIENTROLLBACK: {
      const { destination, clientId, batchId } = decodeClientRollback(packet.body)
      if (destination === "" || clientId === "") return identityMissing()
      const client = parseClientId(clientId)
      rollBack(await serving(asking, destination, client), client, batchId)
      return SILENCE
    }
    default: {
      const message = `packet type=${packetTypeName(packet.type)} is NOT supported!`
      return failure(AckErrorCode.FAILED, message)
    }
  }
}

/** Subscribes a client to a destination that is being run here. */
export async function subscribe(
  asking: Asking,
  destination: string,
  clientId: string,
  filter: string,
): Promise<void> {
  const client = parseClientId(clientId)
  const delivery = await serving(asking, destination, client)
  await delivery.subscribe(client, filter, asking.signal)
}

/** The delivery that serves a client, which counts as connected from now on. */
async function serving(
  { destinations, named, signal }: Asking,
  destination: string,
  clientId: number,
): Promise<Delivery> {
  const delivery = await destinations.serving(destination, signal)
  named.add(destination, delivery, clientId)
  return delivery
}

function rollBack(delivery: Delivery, clientId: number, batchId: Int64): void {
  if (batchId === 0) delivery.rollBack(clientId)
  else delivery.rollBackBatch(clientId, batchId)
}

function identityMissing(): Answer {
  return failure(AckErrorCode.IDENTITY_MISSING, "destination or clientId is null")
}

function failure(errorCode: AckErrorCode, errorMessage: string): Answer {
  return answerOf(encodeAck({ errorCode, errorMessage }))
}

/** An answer of frames that are nobody else's. */
export function answerOf(...frames: readonly Buffer[]): Answer {
  return { frames, done: () => undefined }
}
