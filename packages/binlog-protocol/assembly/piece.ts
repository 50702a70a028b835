import { PIECE_LENGTH } from "../src/rows/value-layout"

/** The characters of short texts. */
export const PIECE = memory.data(PIECE_LENGTH + 32, 16)

/** How many there are. */
export let characters: usize = 0

/** Begins anew, or takes back what is behind so many characters. */
export function setCharacters(count: usize): void {
  characters = count
}

/** How many more there may be. */
export function pieceRoom(): usize {
  return <usize>PIECE_LENGTH - characters
}

/** Where the next text is put. */
export function pieceEnd(): usize {
  return PIECE + characters
}

/** Puts ASCII where the next text is put; gives where it ends, 0 where there is no room or a byte is more. */
export function putAscii(from: usize, end: usize): usize {
  const to = pieceEnd()
  const length = end - from
  if (length > pieceRoom()) return 0
  let index: usize = 0
  for (; index + 16 <= length; index += 16) {
    const bytes = v128.load(from + index)
    if (i8x16.bitmask(bytes) !== 0) return 0
    v128.store(to + index, bytes)
  }
  const bytes = v128.load(from + index)
  v128.store(to + index, bytes)
  const rest = <u32>(length - index)
  const wanted = ((<u32>1) << rest) - 1
  return (<u32>i8x16.bitmask(bytes) & wanted) === 0 ? to + length : 0
}
