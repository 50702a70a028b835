/** An end of what is wanted: a place in a file, or a time in seconds since 1970. */
export type Bound = { readonly file: string; readonly offset: number } | { readonly time: number }

const PLACE = /^([^\s:/\\]+):(\d{1,16})$/
const TIME = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?)?\s*(Z|[+-]\d\d:\d\d)?$/

/**
 * Reads `FILE:POS` or a time such as `2026-11-22`, `2026-11-22 12:34:56` or `2026-11-22T12:34:56+01:00`, which is in
 * UTC unless it says otherwise.
 * @throws RangeError for other text.
 */
export function parseBound(text: string): Bound {
  const [, day, clock = "00:00", seconds = ":00", zone = "Z"] = TIME.exec(text.trim()) ?? []
  const time = Date.parse(`${day}T${clock}${seconds}${zone}`)
  if (day !== undefined && !Number.isNaN(time)) return { time: time / 1000 }
  const [, file, offset] = PLACE.exec(text.trim()) ?? []
  if (file !== undefined) return { file, offset: Number(offset) }
  throw new RangeError("is FILE:POS such as binlog.000007:4, or a time such as 2026-11-22T12:34:56Z")
}
