import { ClientError } from "../errors.ts"

/** Where a Canal server listens. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
}

const DEFAULT_PORT = 11_111

/**
 * Reads `host:port`, or several as a list or separated by commas. The port may be left away (11111); an IPv6 address
 * stands in brackets.
 * @throws ClientError INVALID_OPTION
 */
export function parseServers(servers: string | readonly string[]): readonly ServerAddress[] {
  const texts = (typeof servers === "string" ? servers.split(",") : servers)
    .map((text) => text.trim())
    .filter((text) => text !== "")
  if (texts.length === 0) throw new ClientError("INVALID_OPTION", "no server is given; say HOST:PORT")
  return texts.map(parseServer)
}

export function formatServer({ host, port }: ServerAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`
}

function parseServer(text: string): ServerAddress {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]/]+))(?::(\d{1,5}))?$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3] ?? DEFAULT_PORT)
  if (host === undefined || port < 1 || port > 65_535) {
    throw new ClientError("INVALID_OPTION", `"${text}" is not the address of a server; say HOST:PORT`)
  }
  return { host, port }
}
