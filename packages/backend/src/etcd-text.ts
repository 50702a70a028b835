import { UsageError } from "@canal/command-line"
import type { EtcdOptions } from "@canal/coordination/etcd"
import { loginOf, parsePlace } from "./place-text.ts"
import type { Secrets } from "./secrets.ts"

/** Reads `[http[s]://][USER[:PASSWORD]@]HOST:PORT,…[/PREFIX]`. @throws UsageError */
export function etcdOptions(text: string, { password, ca }: Secrets): EtcdOptions {
  const scheme = /^(https?):\/\//i.exec(text)?.[1]
  // Each endpoint may repeat the scheme, as etcd's own tools write them.
  const place = parsePlace("--etcd", scheme === undefined ? text : text.replaceAll(`,${scheme}://`, ","))
  if (place.scheme !== undefined && scheme === undefined) {
    throw new UsageError("--etcd begins with http://, https:// or the first host")
  }
  if (ca !== undefined && place.scheme === "http") {
    throw new UsageError("--coordination-ca is for TLS; write https:// in --etcd")
  }
  const prefix = place.path.replace(/\/$/, "")
  return {
    endpoints: place.hosts
      .split(",")
      .map((host) => (place.scheme === undefined ? host : `${place.scheme}://${host}`)),
    ...(prefix === "" ? {} : { prefix }),
    ...loginOf("--etcd", place, password),
    ...(ca === undefined ? {} : { tls: { ca } }),
  }
}
