/** Bytes of one piece; a string of JavaScript cannot be as long as a value of MySQL. */
const PIECE = 1 << 20

/** UTF-8 text as a string of JSON, in pieces. */
export function* jsonString(bytes: Buffer, length: number): Generator<string, void, void> {
  if (length <= PIECE) {
    yield JSON.stringify(bytes.toString("utf8", 0, length))
    return
  }
  yield '"'
  for (let at = 0; at < length;) {
    const end = characterEnd(bytes, Math.min(at + PIECE, length), length)
    yield JSON.stringify(bytes.toString("utf8", at, end)).slice(1, -1)
    at = end
  }
  yield '"'
}

/** The first place from `at` on at which no character of UTF-8 is cut, or `length`. */
function characterEnd(bytes: Buffer, at: number, length: number): number {
  let end = at
  while (end < length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end++
  return end
}
