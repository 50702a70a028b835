import { putSigned, putUnsigned } from "../../binlog-protocol/assembly/digits"
import { putDecimalText } from "../../binlog-protocol/assembly/decimal"
import { putJsonDouble } from "./floats"

/*
 * MySQL's binary JSON as the text that MySQL shows. The format, and what of it is refused, stands with the codec that
 * reads it in @canal/binlog-protocol. Whatever is refused there, or rare, gives 0 here and is left to that.
 */

const SMALL_OBJECT = 0
const LARGE_OBJECT = 1
const SMALL_ARRAY = 2
const LARGE_ARRAY = 3
const LITERAL = 4
const INT16 = 5
const UINT16 = 6
const INT32 = 7
const UINT32 = 8
const INT64 = 9
const UINT64 = 10
const DOUBLE = 11
const STRING = 12
const OPAQUE = 15

const NEWDECIMAL: u8 = 246
const DEEPEST: u32 = 100

const QUOTE: u8 = 0x22
const BACKSLASH: u8 = 0x5c
const COMMA_SPACE: u16 = 0x202c
const COLON_SPACE: u16 = 0x203a

/** Where the document ends. */
let limit: usize = 0
/** Bytes of it not yet used: no byte of a sound document serves two values. */
let left: i32 = 0
/** Where the payload ends whose length was read last. */
let payloadEnd: usize = 0

/** Writes the document; gives where the text ends, 0 where it is left to others. */
export function putJsonText(at: usize, from: usize, end: usize): usize {
  if (from >= end) return 0
  limit = end
  left = <i32>(end - from)
  return putValue(at, load<u8>(from), from + 1, 0)
}

/** Answers whether so many bytes lie in the document and are not used yet, and uses them. */
function use(at: usize, count: u32): bool {
  left -= count
  return at + count <= limit && left >= 0
}

function putValue(at: usize, type: u32, from: usize, depth: u32): usize {
  switch (type) {
    case SMALL_OBJECT:
      return putObject(at, from, false, depth)
    case LARGE_OBJECT:
      return putObject(at, from, true, depth)
    case SMALL_ARRAY:
      return putArray(at, from, false, depth)
    case LARGE_ARRAY:
      return putArray(at, from, true, depth)
    case LITERAL:
      return from < limit ? putLiteral(at, load<u8>(from)) : 0
    case INT16:
      return from + 2 <= limit ? putSigned(at, load<i16>(from)) : 0
    case UINT16:
      return from + 2 <= limit ? putUnsigned(at, load<u16>(from)) : 0
    case INT32:
      return from + 4 <= limit ? putSigned(at, load<i32>(from)) : 0
    case UINT32:
      return from + 4 <= limit ? putUnsigned(at, load<u32>(from)) : 0
    case INT64:
      return use(from, 8) ? putSigned(at, load<i64>(from)) : 0
    case UINT64:
      return use(from, 8) ? putUnsigned(at, load<u64>(from)) : 0
    case DOUBLE:
      return use(from, 8) ? putJsonDouble(at, from) : 0
    case STRING: {
      const start = afterLength(from)
      return start === 0 ? 0 : putQuoted(at, start, payloadEnd)
    }
    case OPAQUE:
      return use(from, 1) && load<u8>(from) === NEWDECIMAL ? putOpaqueDecimal(at, from + 1) : 0
    default:
      return 0
  }
}

function putLiteral(at: usize, code: u32): usize {
  switch (code) {
    case 0:
      store<u32>(at, 0x6c6c756e)
      return at + 4
    case 1:
      store<u32>(at, 0x65757274)
      return at + 4
    case 2:
      store<u32>(at, 0x736c6166)
      store<u8>(at + 4, 0x65)
      return at + 5
    default:
      return 0
  }
}

/** DECIMAL: precision, scale, then as in a row. */
function putOpaqueDecimal(at: usize, from: usize): usize {
  const start = afterLength(from)
  if (start === 0 || payloadEnd - start < 2) return 0
  const precision = <u32>load<u8>(start)
  const scale = <u32>load<u8>(start + 1)
  if (precision < 1 || precision > 65 || scale > precision) return 0
  if (decimalSize(precision - scale) + decimalSize(scale) !== <u32>(payloadEnd - start) - 2) return 0
  return putDecimalText(at, start + 2, (precision << 8) | scale)
}

function decimalSize(digits: u32): u32 {
  return (digits / 9) * 4 + (((digits % 9) + 1) >> 1)
}

/** Reads a length; gives where its payload begins, 0 where there is none. */
function afterLength(from: usize): usize {
  let length: u32 = 0
  let next = from
  for (let shift: u32 = 0; ; shift += 7) {
    if (shift > 21 || !use(next, 1)) return 0
    const byte = <u32>load<u8>(next++)
    length |= (byte & 0x7f) << shift
    if (byte < 0x80) break
  }
  if (!use(next, length)) return 0
  payloadEnd = next + length
  return next
}

function loadOffset(from: usize, isLarge: bool): u32 {
  return isLarge ? load<u32>(from) : load<u16>(from)
}

/** Where what lies so many bytes behind the beginning of a container is; 0 for beyond the end. */
function place(from: usize, offset: u32): usize {
  return offset > limit - from ? 0 : from + offset
}

/** Uses the counts and entries of a container; gives how many members it has, −1 where it is not sound. */
function beginContainer(from: usize, isLarge: bool, keyWidth: u32, depth: u32): i32 {
  const width: u32 = isLarge ? 4 : 2
  if (depth >= DEEPEST || !use(from, 2 * width)) return -1
  const count = loadOffset(from, isLarge)
  if (count > 0xffffff || !use(from + 2 * width, count * (keyWidth + 1 + width))) return -1
  return count
}

function putObject(at: usize, from: usize, isLarge: bool, depth: u32): usize {
  const width: u32 = isLarge ? 4 : 2
  const count = beginContainer(from, isLarge, width + 2, depth)
  if (count < 0) return 0
  let key = from + 2 * width
  let value = key + count * (width + 2)
  store<u8>(at++, 0x7b)
  for (let index = 0; index < count; index++, key += width + 2, value += width + 1) {
    if (index > 0) {
      store<u16>(at, COMMA_SPACE)
      at += 2
    }
    const start = place(from, loadOffset(key, isLarge))
    const length = <u32>load<u16>(key + width)
    if (start === 0 || !use(start, length)) return 0
    at = putQuoted(at, start, start + length)
    store<u16>(at, COLON_SPACE)
    at = putElement(at + 2, from, value, isLarge, depth)
    if (at === 0) return 0
  }
  store<u8>(at, 0x7d)
  return at + 1
}

function putArray(at: usize, from: usize, isLarge: bool, depth: u32): usize {
  const width: u32 = isLarge ? 4 : 2
  const count = beginContainer(from, isLarge, 0, depth)
  if (count < 0) return 0
  let value = from + 2 * width
  store<u8>(at++, 0x5b)
  for (let index = 0; index < count; index++, value += width + 1) {
    if (index > 0) {
      store<u16>(at, COMMA_SPACE)
      at += 2
    }
    at = putElement(at, from, value, isLarge, depth)
    if (at === 0) return 0
  }
  store<u8>(at, 0x5d)
  return at + 1
}

/** Writes the value of which the entry at `entry` tells, in the container at `from`. */
function putElement(at: usize, from: usize, entry: usize, isLarge: bool, depth: u32): usize {
  const type = <u32>load<u8>(entry)
  const isInline =
    type === LITERAL || type === INT16 || type === UINT16 || (isLarge && (type === INT32 || type === UINT32))
  const start = isInline ? entry + 1 : place(from, loadOffset(entry + 1, isLarge))
  return start === 0 ? 0 : putValue(at, type, start, depth + 1)
}

/** Writes text between quotes, with what must be escaped. */
function putQuoted(at: usize, from: usize, end: usize): usize {
  store<u8>(at++, QUOTE)
  while (from < end) {
    const bytes = v128.load(from)
    v128.store(at, bytes)
    // One bit for each of the sixteen that must be escaped.
    const escaped = i8x16.bitmask(
      v128.or(
        i8x16.lt_u(bytes, i8x16.splat(0x20)),
        v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH))),
      ),
    )
    const count = min<usize>(16, end - from)
    const plain = min<usize>(count, ctz(escaped | 0x10000))
    at += plain
    from += plain
    if (plain < count) at = putEscape(at, load<u8>(from++))
  }
  store<u8>(at, QUOTE)
  return at + 1
}

function putEscape(at: usize, byte: u32): usize {
  store<u8>(at, BACKSLASH)
  let letter: u32 = 0
  switch (byte) {
    case 0x08:
      letter = 0x62
      break
    case 0x09:
      letter = 0x74
      break
    case 0x0a:
      letter = 0x6e
      break
    case 0x0c:
      letter = 0x66
      break
    case 0x0d:
      letter = 0x72
      break
    case QUOTE:
    case BACKSLASH:
      letter = byte
      break
  }
  if (letter !== 0) {
    store<u8>(at + 1, letter)
    return at + 2
  }
  // Below 0x20, so that the first hexadecimal digit is 0 or 1.
  store<u32>(at + 1, 0x30303075 | ((byte >> 4) << 24))
  const low = byte & 15
  store<u8>(at + 5, low < 10 ? 0x30 + low : 0x57 + low)
  return at + 6
}
