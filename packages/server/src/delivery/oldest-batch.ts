import { ServerError } from "../errors.ts"
import type { ClientQueue, OutstandingBatch } from "./client-queue.ts"

/**
 * The batch that a client means, which must be its oldest.
 * @throws ServerError `BATCH_UNKNOWN` or `BATCH_OUT_OF_ORDER`, as Canal says them
 */
export function oldestBatch(
  client: ClientQueue,
  clientId: number,
  batchId: number | bigint,
  verb: "ack" | "rollback",
): OutstandingBatch {
  const batch = client.batch(Number(batchId))
  if (batch === undefined) {
    const what = verb === "ack" ? "ack error ," : "rollback error,"
    throw new ServerError(
      "BATCH_UNKNOWN",
      `${what} clientId:${clientId} batchId:${batchId} is not exist , please check`,
    )
  }
  const first = client.oldest()
  if (first !== undefined && first !== batch) {
    throw new ServerError("BATCH_OUT_OF_ORDER", `batchId:${batchId} is not the firstly:${first.id}`)
  }
  return batch
}
