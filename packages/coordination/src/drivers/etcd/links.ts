import type { EtcdClient } from "./etcd-client.ts"
import type { EtcdSettings } from "./etcd-options.ts"
import { failureOf } from "./failure.ts"
import { type CallOptions, Link } from "./link.ts"

/** The members of a cluster, one of which is used until it fails; then the next. */
export class Links {
  readonly #settings: EtcdSettings
  /** Told when a link has failed that had been used. */
  onFailure: () => void = () => undefined
  #link: Link | undefined
  #at: number
  #closed = false

  constructor(settings: EtcdSettings) {
    this.#settings = settings
    this.#at = Math.floor(Math.random() * settings.endpoints.length)
  }

  /**
   * Makes one call with the present member.
   * @throws CoordinationError; after `UNAVAILABLE` for want of an answer the next call goes to the next member
   */
  async call<T>(within: number, make: (client: EtcdClient, options: CallOptions) => Promise<T>): Promise<T> {
    const link = this.#present()
    try {
      return await link.call(within, make)
    } catch (error) {
      throw this.#failed(link, error)
    }
  }

  /** As `call`, for what lasts until the reader has had enough. */
  async stream(read: (client: EtcdClient, closed: AbortSignal) => Promise<void>): Promise<void> {
    const link = this.#present()
    try {
      await link.stream(read)
    } catch (error) {
      throw this.#failed(link, error)
    }
  }

  /** The next call goes to the next member. */
  leave(): void {
    if (this.#link === undefined || this.#closed) return
    const left = this.#link
    this.#link = undefined
    this.#at += 1
    left.close()
  }

  /** For good. */
  close(): void {
    this.#closed = true
    this.#link?.close()
  }

  #present(): Link {
    const { endpoints } = this.#settings
    this.#link ??= new Link(endpoints[this.#at % endpoints.length] ?? "", this.#settings)
    if (this.#closed) this.#link.close()
    return this.#link
  }

  #failed(link: Link, error: unknown): Error {
    const failure = failureOf(error, this.#settings.place)
    if (failure.code === "UNAVAILABLE" && link === this.#link && !this.#closed) {
      // A member that says so is there: it may have no leader for a moment, and others use the link too.
      if (!failure.message.includes("etcdserver:")) this.leave()
      this.onFailure()
    }
    return failure
  }
}
