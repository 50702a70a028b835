import type { CoordinationBackend } from "../../coordinator.ts"
import { patiently } from "../../session/patiently.ts"
import { beginSession } from "./redis-coordinator.ts"
import { parseRedisOptions, type RedisOptions } from "./redis-options.ts"

/**
 * Sessions and nodes in a Redis 7 or newer, alone or behind sentinels; no Redis Cluster. Each session has one
 * connection of its own. Ephemeral nodes end by Redis's own clock, without anybody's doing.
 *
 * What Redis cannot promise:
 * - A write is durable only as far as the server's append-only file: with `appendfsync always` at once, with `everysec`
 *   a crash takes the last second, without the file all is gone. A session that Redis forgot is lost.
 * - Replicas follow behind. A failover can take back the last acknowledged writes, and a primary that is cut off from the
 *   rest serves on: two sessions can then hold the same node. `waitForReplicas` makes it rarer, and with the number of
 *   all replicas keeps what counted, at the price of serving nothing while one is down. Where it must not happen use
 *   ZooKeeper or etcd.
 * - Sessions end early where the clock of the server's machine jumps forward, or that of a replica which is promoted is
 *   ahead, or where Redis evicts keys (`maxmemory-policy` other than `noeviction`).
 * @throws CoordinationError `INVALID_OPTION`
 */
export function redis(options: RedisOptions): CoordinationBackend {
  const place = parseRedisOptions(options)
  return {
    place: place.name,
    connect: ({ signal } = {}) => patiently(place.name, (until) => beginSession(place, until), signal),
  }
}
