/** Where Canal keeps what, from `/otter/canal` on: the paths of its ZooKeeper, held by every backend alike. */

const ROOT = "/otter/canal"

/** A server that is up, by `host:port`; ephemeral, empty. */
export function clusterNode(address: string): string {
  return `${ROOT}/cluster/${address}`
}

/** A destination; persistent, empty, never removed. Its children whose name is a number are its clients. */
export function destinationNode(destination: string): string {
  return `${ROOT}/destinations/${destination}`
}

/** A server that could run a destination; ephemeral, empty. */
export function destinationClusterNode(destination: string, address: string): string {
  return `${destinationNode(destination)}/cluster/${address}`
}

/** The server that runs a destination; ephemeral, `RunningData`. */
export function serverRunningNode(destination: string): string {
  return `${destinationNode(destination)}/running`
}

/** A client; persistent, empty. Its existence is the subscription. */
export function clientNode(destination: string, clientId: number): string {
  return `${destinationNode(destination)}/${clientId}`
}

/** The one process that consumes for a client; ephemeral, `RunningData`. */
export function clientRunningNode(destination: string, clientId: number): string {
  return `${clientNode(destination, clientId)}/running`
}

/** A client's filter; persistent, plain text. Absent where it has none. */
export function filterNode(destination: string, clientId: number): string {
  return `${clientNode(destination, clientId)}/filter`
}

/** A client's cursor; persistent, JSON. */
export function cursorNode(destination: string, clientId: number): string {
  return `${clientNode(destination, clientId)}/cursor`
}
