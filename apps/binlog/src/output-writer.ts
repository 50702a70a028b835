import type { CommandContext } from "@canal/command-line"

/** Characters that are gathered before they are written. */
const GATHERED = 65_536

/** Writes to standard output in large pieces, and waits while the reader is slow. */
export class OutputWriter {
  readonly #context: CommandContext
  #gathered = ""

  constructor(context: CommandContext) {
    this.#context = context
  }

  async write(text: string): Promise<void> {
    this.#gathered += text
    if (this.#gathered.length >= GATHERED) await this.flush()
  }

  /** Stops in between when the command is asked to end. */
  async writeAll(pieces: Iterable<string>): Promise<void> {
    for (const piece of pieces) {
      this.#gathered += piece
      if (this.#gathered.length < GATHERED) continue
      await this.flush()
      if (this.#context.signal.aborted) return
    }
  }

  async flush(): Promise<void> {
    const text = this.#gathered
    this.#gathered = ""
    if (text !== "") await this.#context.write(text)
  }
}
