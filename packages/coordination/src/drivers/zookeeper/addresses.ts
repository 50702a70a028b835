import { lookup } from "node:dns/promises"
import { CoordinationError } from "../../coordinator.ts"
import type { Server } from "./connect-string.ts"

/** One place to connect to. */
export interface Address {
  /** As it was written: what a certificate names. */
  readonly name: string
  /** Numeric. */
  readonly host: string
  readonly port: number
}

/** For people. */
export function formatAddress({ name, port }: Address): string {
  return `${name}:${port}`
}

/** The addresses of the servers, taken in turn, beginning anywhere. Names are looked up anew for each round. */
export class Addresses {
  readonly #servers: readonly Server[]
  #known: readonly Address[] = []
  #turn = Math.floor(Math.random() * 1_000_000)

  constructor(servers: readonly Server[]) {
    this.#servers = servers
  }

  /**
   * Each address once, the one after the last taken first. Those known from before serve where no name is known now.
   * @param within milliseconds that looking up may take
   * @throws CoordinationError `UNAVAILABLE` where no name is known
   */
  async *round(within: number): AsyncGenerator<Address, void, void> {
    try {
      this.#known = await resolveServers(this.#servers, within)
    } catch (error) {
      if (this.#known.length === 0) throw error
    }
    const round = this.#known
    for (const _each of round) {
      this.#turn += 1
      const address = round[this.#turn % round.length]
      if (address !== undefined) yield address
    }
  }
}

/**
 * All numeric addresses of all servers. A name that nobody knows, or not in time, is passed over where there are others.
 * @param within milliseconds
 * @throws CoordinationError `UNAVAILABLE` where no name is known
 */
export async function resolveServers(
  servers: readonly Server[],
  within: number,
): Promise<readonly Address[]> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${within} ms`)), within)
  const found = await Promise.allSettled(
    servers.map(async ({ host: name, port }) => {
      const addresses = await Promise.race([lookup(name, { all: true }), late.promise])
      return addresses.map(({ address: host }) => ({ name, host, port }))
    }),
  )
  clearTimeout(timer)
  const addresses = found.flatMap((each) => (each.status === "fulfilled" ? each.value : []))
  if (addresses.length > 0) return addresses
  const names = servers.map(({ host }) => host).join(", ")
  const failed = found.find((each) => each.status === "rejected")
  throw new CoordinationError("UNAVAILABLE", `no address is known of ${names}`, { cause: failed?.reason })
}
