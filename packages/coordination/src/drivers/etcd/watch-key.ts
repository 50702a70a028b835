import { castGrpcErrorMessage, type IKeyValue } from "etcd3"
import type { EtcdClient } from "./etcd-client.ts"

export interface KeyWatch {
  readonly key: Buffer
  /** Changes after this revision of etcd's are told. */
  readonly after: string
  /** Told each change: what the key holds, or that it is gone. */
  readonly onChange: (value: IKeyValue | undefined) => void
}

/**
 * Watches one key until the signal is aborted.
 * @throws Error when etcd or the network ends it, also where changes after that revision are not known any more
 */
export async function watchKey(client: EtcdClient, watch: KeyWatch, signal: AbortSignal): Promise<void> {
  const stream = await client.watches.watch()
  const ended = Promise.withResolvers<void>()
  const aborted = () => ended.resolve()
  stream.on("error", ended.reject)
  stream.on("end", () => ended.reject(new Error("etcd has ended the watch")))
  stream.on("data", (response) => {
    if (response.canceled) {
      const compacted = response.compact_revision === "0" ? "" : `compacted to ${response.compact_revision}`
      ended.reject(
        castGrpcErrorMessage(response.cancel_reason || compacted || "etcd has cancelled the watch"),
      )
    }
    for (const { type, kv } of response.events) watch.onChange(type === "Delete" ? undefined : kv)
  })
  signal.addEventListener("abort", aborted)
  if (signal.aborted) aborted()
  const start = (BigInt(watch.after) + 1n).toString()
  stream.write({ create_request: { key: watch.key, start_revision: start } })
  try {
    await ended.promise
  } finally {
    signal.removeEventListener("abort", aborted)
    // Ended first: the library takes a stream that is cancelled while it is open for a broken connection.
    stream.end()
    stream.cancel()
  }
}
