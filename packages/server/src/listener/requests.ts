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
import { ServerError } from "../errors.ts"
import { parseClientId } from "./client-id.ts"

/** The destinations that a server runs, by name. */
export type Destinations = ReadonlyMap<string, Delivery>

/** Frames to send, in order; none for a request that is answered by silence. */
export type Answer = readonly Buffer[]

const SILENCE: Answer = []

/**
 * Does what a client of an open session asks for.
 * @param signal aborted when nobody waits for the answer any more
 * @throws whatever the answer must say went wrong; see `errorAnswer`.
 */
export async function answer(
  packet: Packet,
  destinations: Destinations,
  signal: AbortSignal,
): Promise<Answer> {
  switch (packet.type) {
    case PacketType.SUBSCRIPTION: {
      const { destination, clientId, filter } = decodeSub(packet.body)
      if (destination === "" || clientId === "") return identityMissing()
      await subscribe(destinations, destination, clientId, filter, signal)
      return [encodeAck()]
    }
    case PacketType.UNSUBSCRIPTION: {
      const { destination, clientId } = decodeUnsub(packet.body)
      if (destination === "" || clientId === "") return identityMissing()
      const client = parseClientId(clientId)
      await running(destinations, destination).unsubscribe(client)
      return [encodeAck()]
    }
    case PacketType.GET: {
      const get = decodeGet(packet.body)
      if (get.destination === "" || get.clientId === "") return identityMissing()
      const client = parseClientId(get.clientId)
      const wait = getTimeoutMilliseconds(get)
      const batch = await running(destinations, get.destination).get(client, {
        fetchSize: get.fetchSize,
        wait,
        signal,
      })
      if (batch === undefined) return [encodeNoMessages()]
      return messagesFrame(
        batch.id,
        batch.entries.map((entry) => entry.bytes),
      )
    }
    case PacketType.CLIENTACK: {
      const { destination, clientId, batchId } = decodeClientAck(packet.body)
      if (destination === "" || clientId === "") return identityMissing()
      if (batchId === 0) return [failure(AckErrorCode.BATCH_ID_MISSING, "batchId should assign value")]
      if (batchId === -1) return SILENCE
      const client = parseClientId(clientId)
      running(destinations, destination).acknowledge(client, batchId)
      return SILENCE
    }
    case PacketType.CLIENTROLLBACK: {
      const { destination, clientId, batchId } = decodeClientRollback(packet.body)
      if (destination === "" || clientId === "") return identityMissing()
      const client = parseClientId(clientId)
      rollBack(running(destinations, destination), client, batchId)
      return SILENCE
    }
    default: {
      const message = `packet type=${packetTypeName(packet.type)} is NOT supported!`
      return [failure(AckErrorCode.FAILED, message)]
    }
  }
}

/** Subscribes a client to a destination that is being run here. */
export async function subscribe(
  destinations: Destinations,
  destination: string,
  clientId: string,
  filter: string,
  signal: AbortSignal,
): Promise<void> {
  const client = parseClientId(clientId)
  await running(destinations, destination).subscribe(client, filter, signal)
}

function rollBack(delivery: Delivery, clientId: number, batchId: Int64): void {
  if (batchId === 0) delivery.rollBack(clientId)
  else delivery.rollBackBatch(clientId, batchId)
}

function running(destinations: Destinations, destination: string): Delivery {
  const delivery = destinations.get(destination)
  if (delivery !== undefined) return delivery
  throw new ServerError("NOT_RUNNING", `destination:${destination} should start first`)
}

function identityMissing(): Answer {
  return [failure(AckErrorCode.IDENTITY_MISSING, "destination or clientId is null")]
}

function failure(errorCode: AckErrorCode, errorMessage: string): Buffer {
  return encodeAck({ errorCode, errorMessage })
}
