import type { CommandContext } from "@canal/command-line"

/** Characters that are gathered before they are written. */
const GATHERED = 65_536

/** Gathers output, so that it is written in large pieces and nothing waits in between. */
export class OutputWriter {
  readonly #context: CommandContext
  #gathered = ""

  constructor(context: CommandContext) {
    this.#context = context
  }

  /** Keeps text for the next `flush`; says whether it is time for that. */
  add(text: string): boolean {
    this.#gathered += text
    return this.#gathered.length >= GATHERED
  }

  async flush(): Promise<void> {
    const text = this.#gathered
    this.#gathered = ""
    if (text !== "") await this.#context.write(text)
  }
}
