import { UsageError } from "@canal/command-line"
import type { ZookeeperOptions } from "@canal/coordination/zookeeper"
import { loginOf, parsePlace } from "./place-text.ts"
import type { Secrets } from "./secrets.ts"

/** Reads `[tls://][USER[:PASSWORD]@]HOST:PORT,…[/CHROOT]`, as canal.zkServers has it but for `tls://`. @throws UsageError */
export function zookeeperOptions(text: string, { password, ca }: Secrets): ZookeeperOptions {
  const place = parsePlace("--zk", text)
  if (place.scheme !== undefined && place.scheme !== "tls") {
    throw new UsageError("--zk is HOST:PORT,HOST:PORT/CHROOT, with tls:// before it or without")
  }
  const isSecure = place.scheme === "tls"
  if (ca !== undefined && !isSecure) {
    throw new UsageError("--coordination-ca is for TLS; write --zk tls://HOST:PORT")
  }
  const login = loginOf("--zk", place, password)
  return {
    servers: `${place.hosts}${place.path}`,
    ...(isSecure ? { tls: ca === undefined ? true : { ca } } : {}),
    ...(login === undefined ? {} : { digest: `${login.user}:${login.password}` }),
  }
}
