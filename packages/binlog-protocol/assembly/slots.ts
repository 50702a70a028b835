import {
  JSON_SLOT,
  JSON_SLOTS,
  KIND_BIG,
  KIND_FOREIGN,
  KIND_NUMBER,
  KIND_SLICE,
} from "../src/rows/value-layout"
import { characters, PIECE, setCharacters } from "./piece"

/* The slots of values that were read, by number. */

export const KINDS = memory.data(JSON_SLOT + JSON_SLOTS, 16)
export const SLOTS = memory.data((JSON_SLOT + JSON_SLOTS) * 8, 16)

/** 2^53: whole numbers between its negative and itself are numbers. */
const SAFE: i64 = 9007199254740992

export function putKind(slot: u32, kind: i32): void {
  store<u8>(KINDS + slot, kind)
}

/** Puts 32 bits. */
export function putInteger(slot: u32, kind: i32, value: u32): void {
  store<u32>(SLOTS + (slot << 3), value)
  putKind(slot, kind)
}

/** Puts two numbers of 32 bits. */
export function putPair(slot: u32, kind: i32, one: usize, other: usize): void {
  store<u32>(SLOTS + (slot << 3), <u32>one)
  store<u32>(SLOTS + (slot << 3), <u32>other, 4)
  putKind(slot, kind)
}

export function putNumber(slot: u32, value: f64): void {
  store<f64>(SLOTS + (slot << 3), value)
  putKind(slot, KIND_NUMBER)
}

/** Puts a whole number as a number if it holds it; answers whether it does. */
export function putSigned(slot: u32, value: i64): bool {
  const isSafe = value > -SAFE && value < SAFE
  if (isSafe) putNumber(slot, <f64>value)
  else putBig(slot, value)
  return isSafe
}

/** The same without sign. */
export function putUnsigned(slot: u32, value: u64): bool {
  const isSafe = value < <u64>SAFE
  if (isSafe) putNumber(slot, <f64>(<i64>value))
  else putBig(slot, <i64>value)
  return isSafe
}

function putBig(slot: u32, value: i64): void {
  store<i64>(SLOTS + (slot << 3), value)
  putKind(slot, KIND_BIG)
}

/** Puts the text that was put behind the piece up to `textEnd`; if that is 0, the places between which its bytes lie. */
export function putText(slot: u32, textEnd: usize, from: usize, end: usize): void {
  if (textEnd === 0) {
    putPair(slot, KIND_FOREIGN, from, end)
    return
  }
  const start = characters
  setCharacters(textEnd - PIECE)
  putPair(slot, KIND_SLICE, start, characters)
}
