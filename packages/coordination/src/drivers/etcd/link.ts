import type { IOptions } from "etcd3"
import { CoordinationError } from "../../coordinator.ts"
import { createEtcdClient, type EtcdClient } from "./etcd-client.ts"
import type { EtcdSettings } from "./etcd-options.ts"
import { singleAttempt } from "./single-attempt.ts"

/** Given to each call: until when it must have ended. */
export interface CallOptions {
  readonly deadline: Date
}

let links = 0

/**
 * A connection of its own to one member, made by the first call. It never comes back: after a failure it is closed, and
 * another one made.
 */
export class Link {
  readonly #client: EtcdClient
  readonly #closed = new AbortController()
  readonly #place: string

  constructor(endpoint: string, { login, tls, place }: EtcdSettings) {
    links += 1
    this.#place = place
    const options: IOptions = {
      hosts: endpoint,
      faultHandling: singleAttempt,
      grpcOptions: {
        "grpc.max_receive_message_length": -1,
        // The library shares the connections of clients that have the same options, broken ones too.
        "canal.link": links,
      },
      ...(tls === undefined ? {} : { credentials: credentialsOf(tls) }),
    }
    this.#client = createEtcdClient(options, login)
  }

  /** Aborted when the link is closed. */
  get closed(): AbortSignal {
    return this.#closed.signal
  }

  /** Makes a call; one that has no answer when the link is closed is refused then. */
  async call<T>(within: number, make: (client: EtcdClient, options: CallOptions) => Promise<T>): Promise<T> {
    return this.#unlessClosed(make(this.#client, { deadline: new Date(Date.now() + within) }))
  }

  /** Reads from a stream until the link is closed; the stream must be given up then. */
  async stream(read: (client: EtcdClient, closed: AbortSignal) => Promise<void>): Promise<void> {
    await this.#unlessClosed(read(this.#client, this.closed))
  }

  close(): void {
    if (this.closed.aborted) return
    this.#closed.abort()
    this.#client.close()
  }

  async #unlessClosed<T>(answer: Promise<T>): Promise<T> {
    const over = Promise.withResolvers<never>()
    const closed = () =>
      over.reject(new CoordinationError("UNAVAILABLE", `the connection to ${this.#place} was given up`))
    if (this.closed.aborted) closed()
    this.closed.addEventListener("abort", closed)
    try {
      return await Promise.race([answer, over.promise])
    } finally {
      this.closed.removeEventListener("abort", closed)
    }
  }
}

function credentialsOf(tls: NonNullable<EtcdSettings["tls"]>): NonNullable<IOptions["credentials"]> {
  return {
    rootCertificate: Buffer.from(tls.ca),
    ...(tls.key === undefined ? {} : { privateKey: Buffer.from(tls.key) }),
    ...(tls.certificate === undefined ? {} : { certChain: Buffer.from(tls.certificate) }),
  }
}
