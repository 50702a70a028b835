/** What a running node says, as JSON with its members in alphabetical order, as Canal writes it. */
export interface RunningData {
  /** False where an operator asks the owner to let go, or where the owner has. */
  readonly active: boolean
  /** `host:port` of a server; of a client its host, then the address of its socket. */
  readonly address: string
  /** Clients only. */
  readonly clientId?: number
  /** True where the owner has stopped and everything of it is durable: whoever sees it may take over at once. Ours only. */
  readonly released?: boolean
}

export function formatRunning({ active, address, clientId, released }: RunningData): string {
  return JSON.stringify({ active, address, clientId, released })
}

/** @returns `undefined` for what is no running node's content; members that are not known are passed over. */
export function parseRunning(text: string): RunningData | undefined {
  const value = parsed(text)
  if (typeof value !== "object" || value === null) return undefined
  if (!("address" in value) || typeof value.address !== "string") return undefined
  return {
    active: !("active" in value) || value.active !== false,
    address: value.address,
    ...("clientId" in value && typeof value.clientId === "number" ? { clientId: value.clientId } : {}),
    ...("released" in value && value.released === true ? { released: true } : {}),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
