import type { ServerAddress } from "./server-list.ts"

/**
 * Reads the address in a server's running node: `host:port`, cut at the last colon; an IPv6 address may stand in brackets.
 * @returns `undefined` for what is no address
 */
export function parseRunningAddress(text: string): ServerAddress | undefined {
  const match = /^(?:\[([^\s[\]]+)\]|([^\s[\]]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port }
}
