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
  restart(): Promise<void>
}

export function isBackendName(name: string): name is BackendName {
  return backendNames.some((each) => each === name)
}

export function startBackend(name: BackendName): Promise<BackendServer> {
  switch (name) {
    case "zookeeper":
      return startZookeeper()
    case "etcd":
      return startEtcd()
    case "redis":
      return startRedis()
  }
}

/** Sessions with a backend at an address, which may be a proxy's. @param session milliseconds */
export function openBackend(
  name: BackendName,
  { host, port }: Address,
  session: number,
): CoordinationBackend {
  switch (name) {
    case "zookeeper":
      return zookeeper({ servers: `${host}:${port}`, sessionTimeout: session })
    case "etcd":
      return etcd({ endpoints: `http://${host}:${port}`, sessionTimeout: session })
    case "redis":
      return redis({ url: `redis://${host}:${port}`, sessionTimeout: session })
  }
}

/** The option of canal-server that names it. */
export function backendFlag(name: BackendName, { host, port }: Address): readonly [string, string] {
  switch (name) {
    case "zookeeper":
      return ["--zk", `${host}:${port}`]
    case "etcd":
      return ["--etcd", `http://${host}:${port}`]
    case "redis":
      return ["--redis", `redis://${host}:${port}`]
  }
}
