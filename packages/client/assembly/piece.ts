import { PIECE_ROOM, TEXTS_TOGETHER } from "../src/decode/row-layout"

/** The characters of short texts, row behind row: JavaScript makes strings of several rows and cuts the texts out. */
export const PIECES = memory.data(TEXTS_TOGETHER + PIECE_ROOM + 16, 16)

/** How many characters there are; and where a row has no more room. */
export let characters: usize = 0
let limit: usize = 0

/** Where the text begins that was added, in characters. */
export let sliceStart: usize = 0

/** The first row begins. */
export function beginPieces(): void {
  characters = 0
}

/** A row begins. */
export function beginPiece(): void {
  limit = characters + PIECE_ROOM
}

/** Adds the first of these characters; gives false where there is no room for them. */
export function addShort(text: v128, length: u32): bool {
  if (characters + length > limit) return false
  v128.store(PIECES + characters, text)
  sliceStart = characters
  characters += length
  return true
}

/** Adds a text whose characters are a byte each; gives false where there is no room for it. */
export function addSlice(from: usize, end: usize): bool {
  const length = end - from
  if (characters + length > limit) return false
  const to = PIECES + characters
  for (let at: usize = 0; at < length; at += 16) v128.store(to + at, v128.load(from + at))
  sliceStart = characters
  characters += length
  return true
}

/** Adds a text of ASCII; gives false for another one, and where there is no room for it. */
export function addAscii(from: usize, end: usize): bool {
  const length = end - from
  if (characters + length > limit) return false
  const to = PIECES + characters
  for (let at: usize = 0; at < length; at += 16) {
    const bytes = v128.load(from + at)
    const high = i8x16.bitmask(bytes)
    if (high !== 0 && at + ctz(high) < length) return false
    v128.store(to + at, bytes)
  }
  sliceStart = characters
  characters += length
  return true
}
