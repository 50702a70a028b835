import { EtcdLeaseInvalidError } from "etcd3"
import type { EtcdClient } from "./etcd-client.ts"
import type { CallOptions } from "./link.ts"

/** Prolongs a lease once. @throws EtcdLeaseInvalidError where etcd has ended it */
export async function keepAlive(client: EtcdClient, lease: string, options: CallOptions): Promise<void> {
  const stream = await client.leases.leaseKeepAlive(options)
  const answer = Promise.withResolvers<string>()
  stream.on("data", ({ TTL }) => answer.resolve(TTL))
  stream.on("error", answer.reject)
  stream.on("end", () => answer.reject(new Error("the stream has ended without an answer")))
  stream.write({ ID: lease })
  try {
    if (Number(await answer.promise) <= 0) throw new EtcdLeaseInvalidError(lease)
  } finally {
    stream.end()
  }
}
