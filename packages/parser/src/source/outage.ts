import { publishNotice } from "../notices.ts"

const REMIND_MS = 60_000
/** How long a connection must have lasted for its loss to be news. */
const STABLE_MS = 10_000

/** Tells of a source that is away: at once, then once a minute, and when it is back. */
export class Outage implements Disposable {
  readonly #address: string
  #reason = ""
  #reminder: NodeJS.Timeout | undefined
  /** When somebody was last told that it is away; `undefined` once a connection was stable. */
  #toldAt: number | undefined
  /** Whether somebody who was told so is still to hear that it is back. */
  #owesGoodNews = false
  /** When it last began to send; `undefined` before the first time. */
  #connectedAt: number | undefined

  constructor(address: string) {
    this.#address = address
  }

  failed(error: unknown): void {
    this.#reason = reasonOf(error, this.#address)
    const now = performance.now()
    if (this.#connectedAt !== undefined && now - this.#connectedAt >= STABLE_MS) this.#toldAt = undefined
    this.#reminder ??= setInterval(() => this.#remind(), REMIND_MS)
    if (this.#toldAt === undefined) {
      const what =
        this.#connectedAt === undefined
          ? `Waiting for the source ${this.#address}`
          : `The source ${this.#address} is lost and is tried again`
      this.#tell("disconnected", what)
    } else if (now - this.#toldAt >= REMIND_MS) this.#remind()
  }

  ended(): void {
    this[Symbol.dispose]()
    this.#connectedAt = performance.now()
    publishNotice(
      this.#owesGoodNews ? "info" : "debug",
      "connected",
      `The source ${this.#address} is there, its binlog is being read`,
    )
    this.#owesGoodNews = false
  }

  [Symbol.dispose](): void {
    clearInterval(this.#reminder)
    this.#reminder = undefined
  }

  #remind(): void {
    this.#tell("waiting", `Still waiting for the source ${this.#address}`)
  }

  #tell(code: "disconnected" | "waiting", what: string): void {
    this.#toldAt = performance.now()
    this.#owesGoodNews = true
    publishNotice("warning", code, `${what}: ${this.#reason}`)
  }
}

/** What went wrong, without the address that the line names already. */
function reasonOf(error: unknown, address: string): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.startsWith(`${address}: `) ? message.slice(address.length + 2) : message
}
