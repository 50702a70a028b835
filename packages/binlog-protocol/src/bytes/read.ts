/*
 * Whole numbers out of bytes, least significant byte first as MySQL stores most, or most significant first (`BE`).
 * Nothing is checked here: a read beyond the end gives nonsense, and the caller compares ends before it believes
 * anything. The assertions on indexes stand in this file and nowhere else.
 */

export function readUInt8(bytes: Uint8Array, at: number): number {
  return bytes[at]!
}

export function readWord(words: Int32Array, index: number): number {
  return words[index]!
}

export function readInt8(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) >> 24
}

export function readUInt16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8)
}

export function readInt16(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! | (bytes[at + 1]! << 8)) << 16) >> 16
}

export function readUInt24(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)
}

export function readInt24(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)) << 8) >> 8
}

export function readUInt32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
}

export function readInt32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
}

export function readUInt48(bytes: Uint8Array, at: number): number {
  return readUInt32(bytes, at) + readUInt16(bytes, at + 4) * 0x1_0000_0000
}

/** 64 bits as a `number` while that is exact, as a `bigint` beyond. */
export function readUInt64(bytes: Uint8Array, at: number): number | bigint {
  const high = readUInt32(bytes, at + 4)
  if (high < 0x20_0000) return high * 0x1_0000_0000 + readUInt32(bytes, at)
  return (BigInt(high) << 32n) | BigInt(readUInt32(bytes, at))
}

/** 64 bits with sign as a `number` while that is exact, as a `bigint` beyond. */
export function readInt64(bytes: Uint8Array, at: number): number | bigint {
  const high = readInt32(bytes, at + 4)
  const low = readUInt32(bytes, at)
  if (high < 0x20_0000 && high >= -0x20_0000 && !(high === -0x20_0000 && low === 0))
    return high * 0x1_0000_0000 + low
  return (BigInt(high) << 32n) | BigInt(low)
}

export function readUInt24BE(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!
}

export function readUInt32BE(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | readUInt24BE(bytes, at + 1)) >>> 0
}

/** A whole number of `size` bytes, 0 to 6, most significant first. */
export function readUIntBE(bytes: Uint8Array, at: number, size: number): number {
  switch (size) {
    case 0:
      return 0
    case 1:
      return bytes[at]!
    case 2:
      return (bytes[at]! << 8) | bytes[at + 1]!
    case 3:
      return readUInt24BE(bytes, at)
    case 4:
      return readUInt32BE(bytes, at)
    default:
      return readUIntBE(bytes, at, size - 4) * 0x1_0000_0000 + readUInt32BE(bytes, at + size - 4)
  }
}

/** A whole number of `size` bytes, 1 to 6, least significant first. */
export function readUInt(bytes: Uint8Array, at: number, size: number): number {
  let value = 0
  for (let i = size - 1; i >= 0; i--) value = value * 256 + bytes[at + i]!
  return value
}

/** Whether two parts of the same length hold the same bytes: up to some hundred faster than asking the system. */
export function isEqual(a: Uint8Array, aAt: number, b: Uint8Array, bAt: number, length: number): boolean {
  let i = 0
  for (; i <= length - 4; i += 4) if (readInt32(a, aAt + i) !== readInt32(b, bAt + i)) return false
  for (; i < length; i++) if (a[aAt + i] !== b[bAt + i]) return false
  return true
}

/** More bytes than these are not remembered, as that keeps them. */
const MOST_REMEMBERED = 2 ** 20

let plainBytes: Uint8Array = new Uint8Array()
let plain: Uint8Array = plainBytes

/** The bytes as a Uint8Array, of which slices are copies. */
export function plainOf(bytes: Uint8Array): Uint8Array {
  if (bytes === plainBytes) return plain
  const made = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length <= MOST_REMEMBERED) {
    plain = made
    plainBytes = bytes
  }
  return made
}

let viewed: Uint8Array = new Uint8Array()
let view = new DataView(viewed.buffer)

/** The bytes as a DataView, which reads several at once; it refuses what lies beyond their end. */
export function viewOf(bytes: Uint8Array): DataView {
  if (bytes === viewed) return view
  const made = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  if (bytes.length <= MOST_REMEMBERED) {
    view = made
    viewed = bytes
  }
  return made
}

/** Room for one number: to go over it beats every way to read one where it lies, as buffers have no DataView at hand. */
const one = new DataView(new ArrayBuffer(8))

export function readDouble(bytes: Uint8Array, at: number): number {
  one.setInt32(0, readInt32(bytes, at), true)
  one.setInt32(4, readInt32(bytes, at + 4), true)
  return one.getFloat64(0, true)
}

export function readFloat(bytes: Uint8Array, at: number): number {
  one.setInt32(0, readInt32(bytes, at), true)
  return one.getFloat32(0, true)
}
