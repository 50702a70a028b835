import { KIND_LATIN1, KIND_UTF16, KIND_UTF8 } from "../src/decode/row-layout"

/** What `findText` found: which kind of text it is, and where. */
export let textKind: i32 = 0
export let textStart: usize = 0
export let textEnd: usize = 0

/** From so many bytes on the engine's own decoder is faster, which takes long to begin. */
const LONG: usize = 48

/**
 * Finds UTF-8 as text that needs no decoding: ASCII where it is, other text from `to` on; but longer text is left to the engine's
 * decoder, where it is, unless its characters are a byte each. Gives false where it is not valid, as far as that was looked at.
 */
export function findText(from: usize, end: usize, to: usize): bool {
  const other = findOther(from, end)
  if (other === end) {
    textKind = KIND_LATIN1
    textStart = from
    textEnd = end
    return true
  }
  const latin1End = putBytes(other, end, copied(from, other, to))
  if (latin1End !== 0) {
    textKind = KIND_LATIN1
    textStart = to
    textEnd = latin1End
    return true
  }
  if (end - from >= LONG) {
    textKind = KIND_UTF8
    textStart = from
    textEnd = end
    return true
  }
  const start = (to + 1) & ~1
  textKind = KIND_UTF16
  textStart = start
  textEnd = putUtf16(from, end, start)
  return textEnd !== 0
}

/** Copies bytes; gives where they end. */
function copied(from: usize, end: usize, to: usize): usize {
  for (let at: usize = 0; at < end - from; at += 16) v128.store(to + at, v128.load(from + at))
  return to + (end - from)
}

/** Where the first byte is that is no ASCII. */
function findOther(from: usize, end: usize): usize {
  let at = from
  for (; at < end; at += 16) {
    const high = i8x16.bitmask(v128.load(at))
    if (high !== 0) return min(at + ctz(high), end)
  }
  return end
}

/** For each set of eight bytes: which of them are in it, one after the other; the others are beyond all. */
const CHOSEN = memory.data(256 * 8, 8)
for (let set: usize = 0; set < 256; set++) {
  let at = CHOSEN + set * 8
  store<u64>(at, -1)
  for (let i: usize = 0; i < 8; i++) if ((set >> i) & 1) store<u8>(at++, i)
}

/** Puts characters up to U+00FF as bytes of the same numbers; gives where they end, 0 where another one is among them. */
export function putBytes(from: usize, end: usize, to: usize): usize {
  let at = from
  /** Whether the byte before is the first of a character of two. */
  let carry: u32 = 0
  let wrong: u32 = 0
  while (at < end) {
    const bytes = v128.load(at)
    const high = i8x16.bitmask(bytes)
    const isWhole = end - at >= 16
    if (high === 0 && isWhole && carry === 0) {
      v128.store(to, bytes)
      at += 16
      to += 16
      continue
    }
    // Eight bytes, of which those stay that do not begin a character of two: without a branch, as any byte may come.
    const count = <u32>min<usize>(8, end - at)
    const within = ((<u32>1) << count) - 1
    const leads =
      i8x16.bitmask(i8x16.eq(v128.and(bytes, i8x16.splat(<i8>0xfe)), i8x16.splat(<i8>0xc2))) & within
    const followed = ((leads << 1) | carry) & within
    const continued = high & ~leads & within
    const continues = i8x16.bitmask(i8x16.lt_s(bytes, i8x16.splat(-64))) & within
    wrong |= (followed ^ continued) | (followed ^ continues)
    // What follows 0xC3 is 64 more than it says.
    const before = v128.load(at - 1)
    const more = v128.and(i8x16.eq(before, i8x16.splat(<i8>0xc3)), i8x16.splat(0x40))
    const characters = i8x16.add(bytes, v128.and(more, i8x16.lt_s(bytes, i8x16.splat(0))))
    const kept = within & ~leads
    v128.store64_lane(to, i8x16.swizzle(characters, v128.load64_zero(CHOSEN + (kept << 3))), 0)
    to += popcnt(kept)
    carry = (leads >> (count - 1)) & 1
    at += count
    if (wrong !== 0) return 0
  }
  return carry === 0 ? to : 0
}

/**
 * How to put up to four characters of up to three bytes, by how many bytes each has. Four numbers of 32 bits each: from which
 * places a character's bytes come, the last one first; then which of its bits tell how many bytes it has, and what they must
 * be; and the least character that has so many.
 */
const STEP_FROM = 0
const STEP_MARKS = 16
const STEP_MARKED = 32
const STEP_LEAST = 48
const STEP_SIZE = 64
/** Sets of no character, one, two, three, four. */
const STEPS = memory.data((1 + 3 + 9 + 27 + 81) * STEP_SIZE, 16)
/**
 * By the set of those of twelve bytes that end a character: the step for the first characters, and in the lowest bits how many
 * bytes they have, and above how many they are.
 */
const WINDOW = 12
const STEP_OF = memory.data(2 << WINDOW, 2)
const BYTES_OF: u32 = 0x0f
const COUNT_SHIFT: u32 = 4
const STEP_SHIFT: u32 = 7

for (let ends: u32 = 0; ends < 1 << WINDOW; ends++) {
  let at: u32 = 0
  let count: u32 = 0
  // The number of a step: the sizes as digits, behind all steps of fewer characters.
  let number: u32 = 0
  while (count < 4 && ends >> at !== 0) {
    const size = ctz(ends >> at) + 1
    if (size > 3) break
    number = number * 3 + size
    at += size
    count++
  }
  store<u16>(STEP_OF + (ends << 1), <u16>((number << STEP_SHIFT) | (count << COUNT_SHIFT) | at))
  const step = STEPS + number * STEP_SIZE
  memory.fill(step + STEP_FROM, 0xff, 16)
  for (let first: u32 = 0, i: u32 = 0; i < count; i++) {
    const size = ctz(ends >> first) + 1
    const lane = step + (i << 2)
    for (let j: u32 = 0; j < size; j++) store<u8>(lane + j, first + size - 1 - j, STEP_FROM)
    store<u32>(lane, size === 1 ? 0x80 : size === 2 ? 0xe000 : 0xf0_0000, STEP_MARKS)
    store<u32>(lane, size === 1 ? 0 : size === 2 ? 0xc000 : 0xe0_0000, STEP_MARKED)
    store<u32>(lane, size === 1 ? 0 : size === 2 ? 0x80 : 0x800, STEP_LEAST)
    first += size
  }
}

/**
 * Puts characters as UTF-16; gives where they end, 0 where they are not valid. Which bytes end a character is found ahead:
 * one step need not wait for the bytes of the next.
 */
function putUtf16(from: usize, end: usize, to: usize): usize {
  let at = from
  /**
   * Which bytes from `at` to `seen` end a character; none behind the end. Of the last byte that depends on what stands behind
   * the text: where it is not told, `putCharacter` finds out.
   */
  let ends: u64 = 0
  let seen = from
  while (at < end) {
    if (seen - at < 16 && seen < end) {
      const continues = i8x16.bitmask(i8x16.lt_s(v128.load(seen + 1), i8x16.splat(-64)))
      const left = <u32>min<usize>(16, end - seen)
      const within = ((<u32>1) << left) - 1
      const place = <u64>(seen - at)
      ends |= (<u64>(~continues & within)) << place
      seen += 16
    }
    const bytes = v128.load(at)
    if ((<u32>ends & 0xffff) === 0xffff) {
      if (i8x16.bitmask(bytes) !== 0) return 0
      v128.store(to, i16x8.extend_low_i8x16_u(bytes))
      v128.store(to, i16x8.extend_high_i8x16_u(bytes), 16)
      ends >>= 16
      at += 16
      to += 32
      continue
    }
    const found = <u32>load<u16>(STEP_OF + ((<u32>ends & ((1 << WINDOW) - 1)) << 1))
    const size = found & BYTES_OF
    if (size === 0) {
      const next = putCharacter(at, end, to)
      if (next === 0) return 0
      to = next
      ends >>= characterEnd - at
      at = characterEnd
      continue
    }
    const step = STEPS + ((found >> STEP_SHIFT) << 6)
    const parts = i8x16.swizzle(bytes, v128.load(step, STEP_FROM))
    const last = v128.and(parts, i32x4.splat(0x7f))
    const middle = i32x4.shr_u(v128.and(parts, i32x4.splat(0x3f00)), 2)
    const first = i32x4.shr_u(v128.and(parts, i32x4.splat(0x0f_0000)), 4)
    const characters = v128.or(v128.or(last, middle), first)
    const marks = v128.and(parts, v128.load(step, STEP_MARKS))
    const wrong = v128.or(
      v128.or(
        i32x4.ne(marks, v128.load(step, STEP_MARKED)),
        i32x4.lt_u(characters, v128.load(step, STEP_LEAST)),
      ),
      i32x4.eq(v128.and(characters, i32x4.splat(0xf800)), i32x4.splat(0xd800)),
    )
    if (v128.any_true(wrong)) return 0
    v128.store(to, i16x8.narrow_i32x4_u(characters, characters))
    ends >>= size
    at += size
    to += ((found >> COUNT_SHIFT) & 7) << 1
  }
  return to
}

/** Where the character ends that was put. */
let characterEnd: usize = 0

/** Puts one character as UTF-16; gives where it ends there, 0 for one that is not valid. */
function putCharacter(at: usize, end: usize, to: usize): usize {
  const lead = <u32>load<u8>(at)
  if (lead < 0x80) {
    store<u16>(to, lead)
    characterEnd = at + 1
    return to + 2
  }
  const size: u32 = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  if (lead < 0xc2 || lead > 0xf4 || at + size > end) return 0
  const second = <u32>load<u8>(at, 1)
  if ((second & 0xc0) !== 0x80) return 0
  let character = ((lead & (0x7f >> size)) << 6) | (second & 0x3f)
  if (size > 2) {
    const third = <u32>load<u8>(at, 2)
    if ((third & 0xc0) !== 0x80) return 0
    character = (character << 6) | (third & 0x3f)
  }
  if (size === 4) {
    const fourth = <u32>load<u8>(at, 3)
    if ((fourth & 0xc0) !== 0x80) return 0
    character = (character << 6) | (fourth & 0x3f)
    if (character < 0x10000 || character > 0x10ffff) return 0
    character -= 0x10000
    store<u16>(to, 0xd800 | (character >> 10))
    to += 2
    character = 0xdc00 | (character & 0x3ff)
  } else if (size === 3 && (character < 0x800 || (character & 0xf800) === 0xd800)) return 0
  store<u16>(to, character)
  characterEnd = at + size
  return to + 2
}
