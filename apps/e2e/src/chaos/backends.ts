import type { CoordinationBackend } from "@canal/coordination"
import { etcd } from "@canal/coordination/etcd"
import { redis } from "@canal/coordination/redis"
import { zookeeper } from "@canal/coordination/zookeeper"
import { type Address, startEtcd, startRedis, startZookeeper } from "@canal/testbed"

export const backendNames = ["zookeeper", "etcd", "redis"] as const

export type BackendName = (typeof backendNames)[number]

/** A real backend that can be hurt. */
export interface BackendServer extends Address, AsyncDisposable {
  kill9(): Promise<void>
  /** Hangs it: connections stay open and nothing answers. */
  pause(): void
  restart(): Promise<void>
  /** Starts it again without any data. */
  wipe(): Promise<void>
}

interface Backend {
  readonly start: () => Promise<BackendServer>
  /** The option of canal-server that names it, and where it is in that option's words. */
  readonly option: string
  readonly place: (address: Address) => string
  readonly open: (place: string, sessionTimeout: number) => CoordinationBackend
}

const backends: Readonly<Record<BackendName, Backend>> = {
  zookeeper: {
    async start() {
      const server = await startZookeeper()
      return { ...server, wipe: () => server.restart({ wiped: true }) }
    },
    option: "--zk",
    place: ({ host, port }) => `${host}:${port}`,
    open: (servers, sessionTimeout) => zookeeper({ servers, sessionTimeout }),
  },
  etcd: {
    start: startEtcd,
    option: "--etcd",
    place: ({ host, port }) => `http://${host}:${port}`,
    open: (endpoints, sessionTimeout) => etcd({ endpoints, sessionTimeout }),
  },
  redis: {
    start: startRedis,
    option: "--redis",
    place: ({ host, port }) => `redis://${host}:${port}`,
    open: (url, sessionTimeout) => redis({ url, sessionTimeout }),
  },
}

export function isBackendName(name: string): name is BackendName {
  return backendNames.some((each) => each === name)
}

export function startBackend(name: BackendName): Promise<BackendServer> {
  return backends[name].start()
}

/** Sessions with a backend at an address, which may be a proxy's. @param session milliseconds */
export function openBackend(name: BackendName, address: Address, session: number): CoordinationBackend {
  const { open, place } = backends[name]
  return open(place(address), session)
}

/** The option of canal-server that names it. */
export function backendFlag(name: BackendName, address: Address): readonly [string, string] {
  const { option, place } = backends[name]
  return [option, place(address)]
}
