/** Names kept of one store's tables; beyond it they are taken to be all there are. */
const LIMIT = 10_000

/** The tables of the entries that a store has held since it was last empty. */
export class StoredTables {
  #names = new Set<string>()
  #listed: string[] = []
  #last = ""
  /** Another number when the names begin anew. */
  generation = 0

  /** The names in the order in which they came; `undefined` where they are too many to tell. */
  get names(): readonly string[] | undefined {
    return this.#listed.length > LIMIT ? undefined : this.#listed
  }

  add(name: string): void {
    if (name === "" || name === this.#last) return
    this.#last = name
    if (this.#listed.length > LIMIT || this.#names.has(name)) return
    this.#names.add(name)
    this.#listed.push(name)
  }

  forget(): void {
    this.#last = ""
    if (this.#listed.length === 0) return
    this.#names = new Set()
    this.#listed = []
    this.generation += 1
  }
}
