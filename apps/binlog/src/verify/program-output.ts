/** The head of an event, as the program prints it. */
export interface PrintedEvent {
  readonly kind: "event"
  readonly at: number
  /** Modulo 2^32, as in the event's header. */
  readonly endPosition: number
  readonly timestamp: number
  readonly serverId: number
  /** What the program calls the event, e.g. `Write_rows: table id 323 flags: STMT_END_F`. */
  readonly label: string
}

/** A row, as the program prints it. Values by ordinal, in the program's own form; absent columns are not there. */
export interface PrintedRow {
  readonly kind: "row"
  readonly change: "insert" | "update" | "delete"
  /** `schema`.`table`, quoted as the program does. */
  readonly table: string
  readonly before: ReadonlyMap<number, string>
  readonly after: ReadonlyMap<number, string>
  /** The program gave the row and the rest of its event up: it does not know a type. */
  readonly givenUp: boolean
}

const AT = /^# at (\d+)$/
const HEAD =
  /^#(\d\d)(\d\d)(\d\d) +(\d+):(\d\d):(\d\d) server id (\d+) +end_log_pos (\d+)(?: CRC32 0x[0-9a-f]{8})? *\t(.*)$/
const ROW = /^### (INSERT INTO|UPDATE|DELETE FROM) (.*)$/
const VALUE = /^### {3}@(\d+)=(.*)$/s
const COMMENT = / *\/\* [A-Z][^*]* meta=\d+ nullable=[01] is_null=[01] \*\/$/
const CONTINUED = /^### {6}(.*)$/s
const UNKNOWN_TYPE = "!! Don't know how to handle column type="
const CHANGES = { "INSERT INTO": "insert", UPDATE: "update", "DELETE FROM": "delete" } as const

/**
 * Reads what mysqlbinlog or mariadb-binlog prints with `--base64-output=DECODE-ROWS -vv`: heads of events, and rows.
 * A program prints the rows of a statement of several events behind the head of the last, and several places (`# at`)
 * before the heads that belong to them: each is in its own order. What it prints beside them is passed over.
 */
export async function* readProgramOutput(
  lines: AsyncIterable<string>,
): AsyncGenerator<PrintedEvent | PrintedRow, void, void> {
  const places: number[] = []
  let row: RowBuilder | undefined
  for await (const line of lines) {
    if (row !== undefined) {
      if (row.take(line)) continue
      yield row.build()
      row = undefined
    }
    const place = AT.exec(line)?.[1]
    if (place !== undefined) {
      places.push(Number(place))
      continue
    }
    const head: PrintedEvent | undefined = readHead(places[0], line)
    if (head !== undefined) {
      places.shift()
      yield head
    } else {
      const [, verb, table] = ROW.exec(line) ?? []
      if ((verb === "INSERT INTO" || verb === "UPDATE" || verb === "DELETE FROM") && table !== undefined)
        row = new RowBuilder(CHANGES[verb], table)
    }
  }
  if (row !== undefined) yield row.build()
}

function readHead(at: number | undefined, line: string): PrintedEvent | undefined {
  const [whole, ...parts] = at === undefined ? [] : (HEAD.exec(line) ?? [])
  if (at === undefined || whole === undefined) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, serverId = 0, endPosition = 0] =
    parts.slice(0, 8).map(Number)
  const timestamp = Date.UTC((year < 70 ? 2000 : 1900) + year, month - 1, day, hour, minute, second) / 1000
  return { kind: "event", at, endPosition, timestamp, serverId, label: parts[8] ?? "" }
}

class RowBuilder {
  readonly #change: PrintedRow["change"]
  readonly #table: string
  readonly #before = new Map<number, string>()
  readonly #after = new Map<number, string>()
  #side: Map<number, string> | undefined
  #last: number | undefined
  #givenUp = false

  constructor(change: PrintedRow["change"], table: string) {
    this.#change = change
    this.#table = table
  }

  /** Takes a line of the row; false where the line belongs to something else. */
  take(line: string): boolean {
    if (line === "### WHERE") this.#side = this.#before
    else if (line === "### SET") this.#side = this.#after
    else {
      const [, ordinal, value] = VALUE.exec(line) ?? []
      const continued = CONTINUED.exec(line)?.[1]
      if (this.#side === undefined) return false
      if (ordinal !== undefined && value !== undefined) {
        this.#last = Number(ordinal) - 1
        if (value.startsWith(UNKNOWN_TYPE)) this.#givenUp = true
        else this.#side.set(this.#last, value.replace(COMMENT, ""))
      } else if (continued !== undefined && this.#last !== undefined) {
        const before = this.#side.get(this.#last) ?? ""
        this.#side.set(this.#last, `${before} ${continued.replace(COMMENT, "")}`)
      } else return false
    }
    return true
  }

  build(): PrintedRow {
    return {
      kind: "row",
      change: this.#change,
      table: this.#table,
      before: this.#before,
      after: this.#after,
      givenUp: this.#givenUp,
    }
  }
}
