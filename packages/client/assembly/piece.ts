import { PIECE_ROOM, PLACES_PIECE, PLACES_PIECE_LENGTH } from "../src/decode/row-layout"

/** Where the characters of the image's short texts are put, and how many there are. */
let piece: usize = 0
let count: usize = 0

/** Where the text begins that was added, in characters of the piece. */
export let sliceStart: usize = 0

/** Begins the piece of an image. */
export function beginPiece(places: usize): void {
  piece = places + PLACES_PIECE
  count = 0
}

export function endPiece(places: usize): void {
  store<u32>(places, <u32>count, PLACES_PIECE_LENGTH)
}

/** Adds a text whose characters are a byte each; gives false where there is no room for it. */
export function addSlice(from: usize, end: usize): bool {
  const length = end - from
  if (count + length > <usize>PIECE_ROOM) return false
  const to = piece + count
  for (let at: usize = 0; at < length; at += 16) v128.store(to + at, v128.load(from + at))
  sliceStart = count
  count += length
  return true
}
