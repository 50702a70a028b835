import { JsonType } from "../value/json-format.ts"

/** A plain JSON value. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain }

/** Binary JSON of a value, type included, as MySQL lays it out; `large` takes the large form of every container. */
export function jsonBytes(value: Plain, large = false): Buffer {
  const { type, bytes } = encode(value, large)
  return Buffer.concat([Buffer.of(type), bytes])
}

/** Diffs as an event has them. */
export function diffBytes(
  ...diffs: readonly (readonly [operation: number, path: string, value?: Plain])[]
): Buffer {
  return Buffer.concat(
    diffs.map(([operation, path, value]) => {
      const head = [Buffer.of(operation), behindLength(Buffer.from(path))]
      return Buffer.concat(value === undefined ? head : [...head, behindLength(jsonBytes(value))])
    }),
  )
}

function behindLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4, 0xfd)
  length.writeUIntLE(bytes.length, 1, 3)
  return Buffer.concat([length, bytes])
}

function encode(value: Plain, large: boolean): { type: number; bytes: Buffer } {
  if (value === null || typeof value === "boolean")
    return { type: JsonType.LITERAL, bytes: Buffer.of(value === null ? 0 : value ? 1 : 2) }
  if (typeof value === "number") return encodeNumber(value)
  if (typeof value === "string") {
    const text = Buffer.from(value)
    return { type: JsonType.STRING, bytes: Buffer.concat([base128(text.length), text]) }
  }
  return encodeContainer(value, large)
}

function encodeNumber(value: number): { type: number; bytes: Buffer } {
  const bytes = Buffer.alloc(8)
  if (!Number.isInteger(value)) {
    bytes.writeDoubleLE(value)
    return { type: JsonType.DOUBLE, bytes }
  }
  if (value >= -32768 && value <= 32767) {
    bytes.writeInt16LE(value)
    return { type: JsonType.INT16, bytes: bytes.subarray(0, 2) }
  }
  if (Math.abs(value) < 2 ** 31) {
    bytes.writeInt32LE(value)
    return { type: JsonType.INT32, bytes: bytes.subarray(0, 4) }
  }
  bytes.writeBigInt64LE(BigInt(value))
  return { type: JsonType.INT64, bytes }
}

function base128(value: number): Buffer {
  const digits: number[] = []
  let rest = value
  for (; rest > 127; rest >>>= 7) digits.push((rest & 127) | 128)
  return Buffer.from([...digits, rest])
}

function encodeContainer(
  value: readonly Plain[] | { readonly [key: string]: Plain },
  large: boolean,
): { type: number; bytes: Buffer } {
  const isArray = Array.isArray(value)
  const members = Object.entries(value).map(([key, member]: [string, Plain]) => ({
    key: Buffer.from(key),
    value: encode(member, large),
  }))
  if (!isArray)
    members.sort((a, b) =>
      a.key.length === b.key.length ? a.key.compare(b.key) : a.key.length - b.key.length,
    )
  const width = large ? 4 : 2
  const number = (at: number, size: number = width): Buffer => {
    const bytes = Buffer.alloc(size)
    bytes.writeUIntLE(at, 0, size)
    return bytes
  }
  const inline = ({ type }: { type: number }): boolean =>
    type === 4 || type === 5 || type === 6 || (large && (type === 7 || type === 8))
  const entries: Buffer[] = []
  const data: Buffer[] = []
  let at = 2 * width + members.length * ((isArray ? 0 : width + 2) + 1 + width)
  const put = (bytes: Buffer): Buffer => {
    data.push(bytes)
    at += bytes.length
    return number(at - bytes.length)
  }
  if (!isArray) for (const { key } of members) entries.push(put(key), number(key.length, 2))
  for (const { value: member } of members) {
    entries.push(Buffer.of(member.type))
    if (!inline(member)) entries.push(put(member.bytes))
    else {
      // Widened with its sign.
      const negative = member.type !== 4 && ((member.bytes.at(-1) ?? 0) & 0x80) !== 0
      entries.push(Buffer.concat([member.bytes, Buffer.alloc(width, negative ? 0xff : 0)]).subarray(0, width))
    }
  }
  const type = (isArray ? JsonType.SMALL_ARRAY : JsonType.SMALL_OBJECT) + (large ? 1 : 0)
  return { type, bytes: Buffer.concat([number(members.length), number(at), ...entries, ...data]) }
}
