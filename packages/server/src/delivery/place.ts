import { type EncodedEntry, Entries } from "../encode/encoded-entry.ts"
import type { EventStore } from "../store/event-store.ts"
import type { ClientView } from "./client-view.ts"
import { type Mark, markBehind, MarkTest, NOWHERE, OffsetCount } from "./mark.ts"

/** A place between two entries, for one client. */
export interface Place {
  /** The first entry behind the place, as this reading of the source numbers them. */
  readonly sequence: number
  /** The same for every reading: the last entry before the place, or before `held`. */
  readonly mark: Mark
  /**
   * A begin before the place that was not handed out, as nothing of its transaction was yet. A copy: the store may have
   * freed the begin by now.
   */
  readonly held: EncodedEntry | undefined
  /** Set while the place is still being looked for: everything up to this mark is before it too. */
  readonly sought: MarkTest | undefined
}

/** The place before an entry, with everything up to a mark behind it wherever that is found. */
export function placeAt(sequence: number, sought?: Mark): Place {
  const isSought = sought !== undefined && sought !== NOWHERE
  return { sequence, mark: NOWHERE, held: undefined, sought: isSought ? new MarkTest(sought) : undefined }
}

/** The same place in a reading that begins at `sequence`. */
export function placeAgain(place: Place, sequence: number): Place {
  return placeAt(sequence, place.sought?.mark ?? place.mark)
}

/** Looks among the entries that are there for a place that is sought. */
export function locate(place: Place, store: EventStore, view: ClientView): Place {
  const { sought } = place
  let { sequence } = place
  if (sought === undefined || sequence >= store.next) return place
  const count = countFrom(place)
  let last: EncodedEntry | undefined
  for (let entry = store.at(sequence); entry !== undefined; entry = store.at(++sequence)) {
    count.pass(entry, view.admits(entry))
    if (!sought.covers(entry, count.index))
      return { sequence, mark: sought.mark, held: undefined, sought: undefined }
    last = entry
  }
  const mark = last === undefined ? place.mark : markAt(last, count)
  return { ...place, sequence, mark }
}

/** Goes past what the client does not get, up to the next entry that is to be handed out. */
export function passOver(place: Place, store: EventStore, view: ClientView): Place {
  if (place.held === undefined && view.isWhole(store.tables)) return place
  return walk(place, store, view, undefined, 0)
}

/** Takes the client's next entries, as many as `EventStore.take` does; a begin is never the last of a transaction. */
export function take(
  place: Place,
  store: EventStore,
  view: ClientView,
  size: number,
): { readonly entries: Entries; readonly end: Place } {
  if (place.held === undefined && view.isWhole(store.tables)) {
    const { entries, end } = takeAll(place.sequence, store, size)
    return { entries, end: { ...placeAt(end), mark: markBehind(place.mark, entries) } }
  }
  const entries: EncodedEntry[] = []
  const end = walk(place, store, view, entries, Math.max(size, 0))
  return { entries: new Entries(entries), end }
}

/** An empty transaction stays in one piece: another reading of the source may leave it out. */
function takeAll(from: number, store: EventStore, size: number) {
  const taken = store.take(from, size)
  const next = store.at(taken.end)
  if (taken.entries.at(taken.entries.length - 1)?.kind !== "begin" || next?.kind !== "end") return taken
  return { entries: new Entries([...taken.entries.runs, next]), end: taken.end + 1 }
}

/** Without `out` it stops before the first entry that would go there, else behind the one that goes beyond `size`. */
function walk(
  place: Place,
  store: EventStore,
  view: ClientView,
  out: EncodedEntry[] | undefined,
  size: number,
): Place {
  const count = countFrom(place)
  let { sequence, held, mark } = place
  let last: EncodedEntry | undefined
  let index = 0
  let bytes = 0
  for (let entry = store.at(sequence); entry !== undefined; entry = store.at(sequence)) {
    const own = view.admits(entry)
    if (own && entry.kind === "begin") held = entry
    else if (own) {
      const timestamp = entry.timestamp / 1000
      const isEmpty = held !== undefined && entry.kind === "end"
      const passes = !isEmpty || view.pace.passes(timestamp)
      if (passes && (out === undefined || bytes > size)) break
      if (isEmpty && passes) view.pace.passed(timestamp)
      if (isEmpty && !passes) view.pace.dropped()
      if (passes && out !== undefined) {
        if (held !== undefined) bytes += held.length
        if (held !== undefined) out.push(held)
        out.push(entry)
        bytes += entry.length
      }
      held = undefined
    }
    count.pass(entry, own)
    sequence += 1
    if (held === undefined) {
      last = entry
      index = count.index
    }
    if (bytes > size) break
  }
  if (sequence === place.sequence) return place
  if (last !== undefined) mark = { ...markAt(last, count), index }
  return { sequence, mark, held: held === place.held ? held : held?.copy(), sought: undefined }
}

/** The count of own entries at the offset before a place. A begin that is held is one. */
function countFrom({ mark, held }: Place): OffsetCount {
  return new OffsetCount(held === undefined ? mark : { file: held.file, offset: held.offset, index: 1 })
}

function markAt({ file, offset, gtid }: EncodedEntry, { index }: OffsetCount): Mark {
  return { file, offset, gtid, index, closing: false }
}
