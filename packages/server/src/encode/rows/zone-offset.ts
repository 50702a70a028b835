const QUARTER = 900
/** Quarters of an hour kept before the memory of them starts anew. */
const KEPT = 65_536

/** How far a time zone is from UTC, in seconds, at a moment given in seconds since 1970. */
export type ZoneOffset = (utcSeconds: number) => number

export const UTC: ZoneOffset = () => 0

/**
 * Answers how far a time zone is from UTC, in seconds, at a moment given in seconds since 1970. Offsets of whole
 * quarters of an hour are remembered. Throws RangeError for a name that is no IANA time zone.
 */
export function zoneOffset(timeZone: string): ZoneOffset {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  })
  const { timeZone: resolved } = format.resolvedOptions()
  if (resolved === "UTC") return UTC

  const offsetAt = (utcSeconds: number): number => {
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
    for (const { type, value } of format.formatToParts(utcSeconds * 1000)) parts[type] = Number(value)
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - utcSeconds
  }

  const known = new Map<number, number>()
  return (utcSeconds) => {
    const quarter = Math.floor(utcSeconds / QUARTER)
    const remembered = known.get(quarter)
    if (remembered !== undefined) return remembered
    const offset = offsetAt(utcSeconds)
    const first = offsetAt(quarter * QUARTER)
    // A quarter in which the clocks are changed is asked about each time.
    if (first !== offset || offsetAt(quarter * QUARTER + QUARTER - 1) !== offset) return offset
    if (known.size >= KEPT) known.clear()
    known.set(quarter, offset)
    return offset
  }
}
