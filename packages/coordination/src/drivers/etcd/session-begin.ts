import { randomUUID } from "node:crypto"
import { type Moment, now } from "../../session/moment.ts"
import type { EtcdKeys } from "./etcd-keys.ts"
import type { Links } from "./links.ts"

/** A session as etcd knows it. */
export interface BegunSession {
  /** When it was asked for. */
  readonly begun: Moment
  /** Number of its lease. */
  readonly lease: string
  /** Milliseconds that etcd granted. */
  readonly timeout: number
  /** The history that etcd's revisions belong to now. */
  readonly epoch: string
}

/** Begins a session: a lease, and a key that exists as long as the lease. */
export async function beginSession(
  links: Links,
  keys: EtcdKeys,
  timeToLive: number,
  within: number,
): Promise<BegunSession> {
  const begun = now()
  const { ID: lease, TTL } = await links.call(within, (client, options) =>
    client.leases.leaseGrant({ TTL: timeToLive }, options),
  )
  const key = keys.epoch()
  const epochIfAbsent = {
    compare: [{ key, target: "Create", result: "Equal", create_revision: "0" } as const],
    success: [{ request_put: { key, value: Buffer.from(randomUUID()) } }],
  }
  const { responses } = await links.call(within, (client, options) =>
    client.kv.txn(
      {
        success: [
          { request_put: { key: keys.session(lease), lease } },
          { request_txn: epochIfAbsent },
          { request_range: { key } },
        ],
      },
      options,
    ),
  )
  const epoch = responses[2]?.response_range.kvs[0]?.value.toString() ?? ""
  return { begun, lease, timeout: Number(TTL) * 1000, epoch }
}
