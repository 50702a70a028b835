import { lookup } from "node:dns/promises"
import { CoordinationError } from "../../coordinator.ts"

const PORT = 2181

/** Servers, and the node below which everything lies. */
export interface ConnectString {
  readonly servers: readonly Server[]
  /** Without a slash at its end: empty for the root. */
  readonly chroot: string
}

export interface Server {
  readonly host: string
  readonly port: number
}

/**
 * Reads `h1:2181,h2:2181/chroot`, and several such with `;` between them, whose servers are taken together.
 * @throws CoordinationError `INVALID_OPTION`
 */
export function parseConnectString(text: string): ConnectString {
  const clusters = text.split(";").filter((cluster) => cluster.trim() !== "")
  const chroots = new Set<string>()
  const servers = clusters.flatMap((cluster) => {
    const slash = cluster.indexOf("/")
    const hosts = slash < 0 ? cluster : cluster.slice(0, slash)
    if (slash >= 0) chroots.add(cluster.slice(slash).trim().replace(/\/+$/, ""))
    return hosts
      .split(",")
      .filter((host) => host.trim() !== "")
      .map((host) => parseServer(host.trim()))
  })
  if (servers.length === 0) throw invalid(text, "names no server")
  const [chroot = "", other] = chroots
  if (other !== undefined) throw invalid(text, `names two chroots, ${chroot || "/"} and ${other || "/"}`)
  if (chroot.includes("//")) throw invalid(text, `has a chroot with an empty name in it`)
  return { servers, chroot }
}

/** As it is written, with ports. */
export function formatConnectString({ servers, chroot }: ConnectString): string {
  const addresses = servers.map(({ host, port }) => `${host.includes(":") ? `[${host}]` : host}:${port}`)
  return `${addresses.join(",")}${chroot}`
}

/**
 * The servers' numeric addresses, as the native library reads them. A name that nobody knows is passed over where there
 * are others.
 * @throws CoordinationError `UNAVAILABLE` where no name is known
 */
export async function resolveServers(servers: readonly Server[]): Promise<readonly string[]> {
  const found = await Promise.allSettled(
    servers.map(async ({ host, port }) => {
      const addresses = await lookup(host, { all: true })
      return addresses.map(({ address }) => `${address}:${port}`)
    }),
  )
  const addresses = found.flatMap((each) => (each.status === "fulfilled" ? each.value : []))
  if (addresses.length > 0) return addresses
  const names = servers.map(({ host }) => host).join(", ")
  const failed = found.find((each) => each.status === "rejected")
  throw new CoordinationError("UNAVAILABLE", `no address is known of ${names}`, { cause: failed?.reason })
}

function parseServer(text: string): Server {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d+))?$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3] ?? PORT)
  if (host === undefined || port < 1 || port > 65_535) throw invalid(text, "is no HOST:PORT")
  return { host, port }
}

function invalid(text: string, why: string): CoordinationError {
  return new CoordinationError(
    "INVALID_OPTION",
    `servers: ${text} ${why}; write HOST:PORT,HOST:PORT or HOST:PORT,HOST:PORT/chroot`,
  )
}
