/** A plain JSON value. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain }

/** MySQL's binary JSON of a value, type included; `isLarge` takes the large form of every container. */
export function binaryJson(value: Plain, isLarge: boolean): Buffer {
  const { type, bytes } = encoded(value, isLarge)
  return Buffer.concat([Buffer.of(type), bytes])
}

interface Encoded {
  readonly type: number
  readonly bytes: Buffer
}

function encoded(value: Plain, isLarge: boolean): Encoded {
  if (value === null || typeof value === "boolean")
    return { type: 4, bytes: Buffer.of(value === null ? 0 : value ? 1 : 2) }
  if (typeof value === "string") {
    const text = Buffer.from(value)
    const length = Buffer.of((text.length & 0x7f) | 0x80, text.length >> 7)
    return { type: 12, bytes: Buffer.concat([text.length < 0x80 ? Buffer.of(text.length) : length, text]) }
  }
  return typeof value === "number" ? encodedNumber(value) : encodedContainer(value, isLarge)
}

function encodedNumber(value: number): Encoded {
  const bytes = Buffer.alloc(8)
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    bytes.writeDoubleLE(value)
    return { type: 11, bytes }
  }
  bytes.writeBigInt64LE(BigInt(value))
  if (Math.abs(value) < 2 ** 15) return { type: 5, bytes: bytes.subarray(0, 2) }
  return Math.abs(value) < 2 ** 31 ? { type: 7, bytes: bytes.subarray(0, 4) } : { type: 9, bytes }
}

function encodedContainer(
  value: readonly Plain[] | { readonly [key: string]: Plain },
  isLarge: boolean,
): Encoded {
  const width = isLarge ? 4 : 2
  const number = (amount: number, size = width): Buffer => {
    const bytes = Buffer.alloc(size)
    bytes.writeUIntLE(amount, 0, size)
    return bytes
  }
  const isArray = Array.isArray(value)
  const members = Object.entries(value)
  const keys = isArray ? [] : members.map(([key]) => Buffer.from(key))
  const values = members.map(([, member]: [string, Plain]) => encoded(member, isLarge))
  const head: Buffer[] = []
  const payload: Buffer[] = []
  let at = 2 * width + keys.length * (width + 2) + values.length * (width + 1)
  const put = (bytes: Buffer): Buffer => {
    payload.push(bytes)
    at += bytes.length
    return number(at - bytes.length)
  }
  for (const key of keys) head.push(put(key), number(key.length, 2))
  for (const { type, bytes } of values) {
    const isInline = type === 4 || type === 5 || (isLarge && type === 7)
    head.push(Buffer.of(type), isInline ? Buffer.concat([bytes, number(0)]).subarray(0, width) : put(bytes))
  }
  const type = (isArray ? 2 : 0) + (isLarge ? 1 : 0)
  return { type, bytes: Buffer.concat([number(members.length), number(at), ...head, ...payload]) }
}
