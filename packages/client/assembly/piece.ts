import { PIECE_CHARACTERS, PIECE_LENGTH, PIECE_ROOM } from "../src/decode/row-layout"

/** The characters of a row's short texts, of both its images: JavaScript makes one string of them and cuts the texts out. */
export const PIECE = memory.data(PIECE_CHARACTERS + PIECE_ROOM + 16, 16)

/** How many characters there are, and how many of them are the first image's. */
let count: usize = 0
let firstCount: usize = 0

/** Where the text begins that was added, in characters of the piece. */
export let sliceStart: usize = 0

/** An image begins: the first one of a row, or that after an update. */
export function beginSlices(isFirst: bool): void {
  count = isFirst ? 0 : firstCount
}

export function endSlices(isFirst: bool): void {
  if (isFirst) firstCount = count
  store<u32>(PIECE, <u32>count, PIECE_LENGTH)
}

/** Adds a text whose characters are a byte each; gives false where there is no room for it. */
export function addSlice(from: usize, end: usize): bool {
  const length = end - from
  if (count + length > <usize>PIECE_ROOM) return false
  const to = PIECE + PIECE_CHARACTERS + count
  for (let at: usize = 0; at < length; at += 16) v128.store(to + at, v128.load(from + at))
  sliceStart = count
  count += length
  return true
}
