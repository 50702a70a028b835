import type { SecureContextOptions } from "node:tls"
import { CoordinationError, type CoordinationBackend } from "../../coordinator.ts"
import { patiently } from "../../session/patiently.ts"
import { formatConnectString, parseConnectString } from "./connect-string.ts"
import { ZookeeperCoordinator } from "./zookeeper-coordinator.ts"
import { ZookeeperSession } from "./zookeeper-session.ts"

export interface ZookeeperOptions {
  /**
   * `zk1:2181,zk2:2181/chroot`, as Canal's `canal.zkServers`; the port is 2181 unless given, and several such, with `;`
   * between them, are taken together. The chroot is created where it is missing.
   */
  readonly servers: string
  /**
   * Milliseconds of session timeout to ask for, at least 1,000; 20,000 unless given. ZooKeeper grants from 2 to 20 of its ticks;
   * `session.timeout` says what it granted.
   */
  readonly sessionTimeout?: number
  /**
   * `user:password` for ZooKeeper's digest scheme, told to each server before anything is asked. Nodes are created open
   * to all, as Canal's are: these credentials are for what an operator protects.
   */
  readonly digest?: string
  /**
   * TLS, as ZooKeeper serves it at its `secureClientPort`. `true` trusts Node's list of authorities. A port that is not
   * given is then 2281.
   */
  readonly tls?: ZookeeperTls | true
}

/** All as PEM. */
export interface ZookeeperTls {
  /** The authorities that may have signed the servers' certificates; Node's list unless given. */
  readonly ca?: string
  /** Of this client, which ZooKeeper asks for unless `ssl.clientAuth` says otherwise; with `key`. */
  readonly certificate?: string
  readonly key?: string
}

const PORT = 2181
const TLS_PORT = 2281

/**
 * ZooKeeper 3.5 or newer as a place for coordinators. Each is one ZooKeeper session, which goes on with another server when
 * one does not answer. `get` and `children` see all that was written before by anybody; a watch may see it a little later.
 * `ifRevision` is checked by version, and by a look at the node just before for one that was deleted and created again.
 * @throws CoordinationError `INVALID_OPTION`
 */
export function zookeeper(options: ZookeeperOptions): CoordinationBackend {
  const { sessionTimeout = 20_000, digest } = options
  const tls = secureContext(options.tls)
  const connectString = parseConnectString(options.servers, tls === undefined ? PORT : TLS_PORT)
  if (!Number.isInteger(sessionTimeout) || sessionTimeout < 1000 || sessionTimeout > 0x7fff_ffff) {
    throw invalid(`sessionTimeout: ${sessionTimeout} is no number of milliseconds from 1000 on`)
  }
  if (digest !== undefined && !digest.includes(":")) throw invalid("digest: must be user:password")
  const place = `ZooKeeper at ${formatConnectString(connectString)}`
  const sessionOptions = { servers: connectString.servers, timeout: sessionTimeout, digest, tls, place }
  return {
    place,
    connect: ({ signal } = {}) =>
      patiently(
        place,
        async (stop) => {
          const session = await ZookeeperSession.begin(sessionOptions, stop)
          const coordinator = new ZookeeperCoordinator(session, connectString.chroot)
          try {
            await coordinator.createChroot()
            return coordinator
          } catch (error) {
            await coordinator[Symbol.asyncDispose]()
            if (!isSessionLost(error)) throw error
            throw new CoordinationError("UNAVAILABLE", error.message, { cause: error })
          }
        },
        signal,
      ),
  }
}

function secureContext(tls: ZookeeperOptions["tls"]): SecureContextOptions | undefined {
  if (tls === undefined) return undefined
  if (tls === true) return {}
  const { ca, certificate, key } = tls
  if ((certificate === undefined) !== (key === undefined)) {
    throw invalid("tls: certificate and key, one without the other")
  }
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined || key === undefined ? {} : { cert: certificate, key }),
  }
}

function isSessionLost(error: unknown): error is CoordinationError {
  return error instanceof CoordinationError && error.code === "SESSION_LOST"
}

function invalid(message: string): CoordinationError {
  return new CoordinationError("INVALID_OPTION", message)
}
