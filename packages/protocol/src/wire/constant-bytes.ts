/**
 * How many words `putWords` makes of so many bytes. A word is four bytes; the last one overlaps the one before it. Less than
 * four bytes make a word each.
 */
export function wordsOf(length: number): number {
  return length < 4 ? length : (length + 3) >> 2
}

/** Remembers bytes of a view as words, from a place in `words` on. */
export function putWords(view: DataView, at: number, length: number, words: Int32Array, index: number): void {
  const count = wordsOf(length)
  for (let i = 0; i < count; i++) {
    words[index + i] = length < 4 ? view.getUint8(at + i) : view.getInt32(at + Math.min(i << 2, length - 4))
  }
}

/** Whether bytes of a view, which must be inside it, are the ones remembered. */
export function matchWords(
  view: DataView,
  at: number,
  length: number,
  words: Int32Array,
  index: number,
): boolean {
  let word = index
  if (length < 4) {
    for (let i = at; i < at + length; i++) if (view.getUint8(i) !== words[word++]) return false
    return true
  }
  const last = at + length - 4
  for (let i = at; i < last; i += 4) if (view.getInt32(i) !== words[word++]) return false
  return view.getInt32(last) === words[word]
}

/** Whether two places of a view have the same bytes, four at least. */
export function sameBytes(view: DataView, one: number, other: number, length: number): boolean {
  const last = length - 4
  for (let i = 0; i < last; i += 4) if (view.getInt32(one + i) !== view.getInt32(other + i)) return false
  return view.getInt32(one + last) === view.getInt32(other + last)
}
