import { CoordinationError } from "../../coordinator.ts"

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
 * @param port of a server without one
 * @throws CoordinationError `INVALID_OPTION`
 */
export function parseConnectString(text: string, port: number): ConnectString {
  const clusters = text.split(";").filter((cluster) => cluster.trim() !== "")
  const chroots = new Set<string>()
  const servers = clusters.flatMap((cluster) => {
    const slash = cluster.indexOf("/")
    const hosts = slash < 0 ? cluster : cluster.slice(0, slash)
    if (slash >= 0) chroots.add(cluster.slice(slash).trim().replace(/\/+$/, ""))
    return hosts
      .split(",")
      .filter((host) => host.trim() !== "")
      .map((host) => parseServer(host.trim(), port))
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

function parseServer(text: string, defaultPort: number): Server {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d+))?$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3] ?? defaultPort)
  if (host === undefined || port < 1 || port > 65_535) throw invalid(text, "is no HOST:PORT")
  return { host, port }
}

function invalid(text: string, why: string): CoordinationError {
  return new CoordinationError(
    "INVALID_OPTION",
    `servers: ${text} ${why}; write HOST:PORT,HOST:PORT or HOST:PORT,HOST:PORT/chroot`,
  )
}
