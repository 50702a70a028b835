import { UsageError } from "@canal/command-line"
import type { ZookeeperOptions } from "@canal/coordination/zookeeper"
import { loginOf, parsePlace } from "./place-text.ts"
import type { Secrets } from "./secrets.ts"

/** Reads `[USER[:PASSWORD]@]HOST:PORT,…[/CHROOT]`, as canal.zkServers has it. @throws UsageError */
export function zookeeperOptions(text: string, { password, ca }: Secrets): ZookeeperOptions {
  const place = parsePlace("--zk", text)
  if (place.scheme !== undefined) throw new UsageError("--zk is HOST:PORT,HOST:PORT/CHROOT, without a scheme")
  if (ca !== undefined) throw new UsageError("--coordination-ca is for --etcd and --redis; --zk has no TLS")
  const login = loginOf("--zk", place, password)
  return {
    servers: `${place.hosts}${place.path}`,
    ...(login === undefined ? {} : { digest: `${login.user}:${login.password}` }),
  }
}
