import type { CoordinationBackend, Coordinator } from "../../coordinator.ts"
import { CoordinationError } from "../../coordinator.ts"
import { patiently } from "../../session/patiently.ts"
import { EtcdCoordinator } from "./etcd-coordinator.ts"
import { EtcdKeys } from "./etcd-keys.ts"
import { type EtcdOptions, type EtcdSettings, etcdSettings } from "./etcd-options.ts"
import { Links } from "./links.ts"
import { beginSession } from "./session-begin.ts"

/** Milliseconds in which a member must answer when a session begins. */
const BEGIN_WITHIN = 5000

/**
 * An etcd cluster, 3.4 or newer. A session is a lease; a node is a key below `prefix`, and what the driver itself needs is
 * below `prefix/.canal`. Every read goes through the leader, and every write is refused by etcd itself once the session
 * is over.
 * @throws CoordinationError `INVALID_OPTION`
 */
export function etcd(options: EtcdOptions): CoordinationBackend {
  const settings = etcdSettings(options)
  return {
    place: settings.place,
    connect: ({ signal } = {}) => patiently(settings.place, (until) => begin(settings, until), signal),
  }
}

/** Asks each member once. */
async function begin(settings: EtcdSettings, signal: AbortSignal): Promise<Coordinator> {
  const links = new Links(settings)
  const keys = new EtcdKeys(settings.prefix)
  const give = () => links.close()
  signal.addEventListener("abort", give)
  try {
    for (let left = settings.endpoints.length; ; left -= 1) {
      try {
        const begun = await beginSession(links, keys, settings.timeToLive, BEGIN_WITHIN)
        return new EtcdCoordinator(settings, begun, links, keys)
      } catch (error) {
        const isAway = error instanceof CoordinationError && error.retryable
        if (!isAway || left === 1 || signal.aborted) throw error
        links.leave()
      }
    }
  } catch (error) {
    links.close()
    throw error
  } finally {
    signal.removeEventListener("abort", give)
  }
}
