import { readInt16, readUInt16, readUInt32, readUInt8 } from "../bytes/read.ts"
import { beyondEnd, DEEPEST, isInline, JsonType, valueSize } from "./json-format.ts"
import type { OffsetSize } from "./json-format.ts"
import type { PathLeg } from "./json-path.ts"
import { malformed } from "./malformed.ts"

/** A value as it lies in a document: its type and its bytes behind the type. */
export interface RawValue {
  readonly type: number
  readonly bytes: Buffer
}

/** A container whose values are to be changed. `keys` is `undefined` for an array. */
interface OpenContainer {
  readonly keys: Buffer[] | undefined
  readonly values: (RawValue | OpenContainer)[]
}

const GREATEST_SMALL = 0xffff

/** The value that begins with its type at `start` and ends before or at `end`. */
export function readRawValue(bytes: Buffer, start: number, end: number): RawValue {
  // No bytes at all are the literal null, as MySQL reads them.
  if (start >= end) return { type: JsonType.LITERAL, bytes: Buffer.alloc(1) }
  const type = readUInt8(bytes, start)
  const size = valueSize(type, bytes, start + 1, end)
  return { type, bytes: bytes.subarray(start + 1, start + 1 + size) }
}

/**
 * A binary JSON document of which parts are changed. Only the containers on the way to a change are taken apart; all
 * others stay the bytes they are. Throws MALFORMED for a change whose place is not there, as MySQL refuses it.
 */
export class JsonDocument {
  #root: RawValue | OpenContainer

  constructor(document: RawValue) {
    this.#root = document
  }

  replace(path: readonly PathLeg[], value: RawValue): void {
    const leg = path.at(-1)
    if (leg === undefined) {
      this.#root = value
      return
    }
    const parent = this.#parent(path)
    parent.values[place(parent, leg)] = value
  }

  /** Adds a member whose key is new, or puts an element in front of the one at the index, at most at the end. */
  insert(path: readonly PathLeg[], value: RawValue): void {
    const leg = path.at(-1)
    if (leg === undefined) throw noPlace()
    const { keys, values } = this.#parent(path)
    if (typeof leg === "number") {
      if (keys !== undefined) throw noPlace()
      values.splice(leg < 0 ? Math.max(0, values.length + leg) : leg, 0, value)
      return
    }
    if (keys === undefined) throw noPlace()
    const key = Buffer.from(leg)
    const at = firstNotBefore(keys, key)
    if (keys[at]?.equals(key) === true) throw noPlace()
    keys.splice(at, 0, key)
    values.splice(at, 0, value)
  }

  remove(path: readonly PathLeg[]): void {
    const leg = path.at(-1)
    if (leg === undefined) throw noPlace()
    const parent = this.#parent(path)
    const at = place(parent, leg)
    parent.values.splice(at, 1)
    parent.keys?.splice(at, 1)
  }

  /** The document with its changes. */
  encode(): RawValue {
    return closed(this.#root)
  }

  /** The container that the last leg leads into, taken apart. */
  #parent(path: readonly PathLeg[]): OpenContainer {
    if (path.length > DEEPEST) throw noPlace()
    let container = isOpen(this.#root) ? this.#root : open(this.#root)
    this.#root = container
    for (const leg of path.slice(0, -1)) {
      const at = place(container, leg)
      const value = container.values[at]
      if (value === undefined) throw noPlace()
      const inner = isOpen(value) ? value : open(value)
      container.values[at] = inner
      container = inner
    }
    return container
  }
}

function isOpen(value: RawValue | OpenContainer): value is OpenContainer {
  return "values" in value
}

/** Where in a container the leg leads. */
function place({ keys, values }: OpenContainer, leg: PathLeg): number {
  if (typeof leg === "number") {
    const at = leg < 0 ? values.length + leg : leg
    if (keys !== undefined || at < 0 || at >= values.length) throw noPlace()
    return at
  }
  const key = Buffer.from(leg)
  const at = keys === undefined ? -1 : firstNotBefore(keys, key)
  if (keys?.[at]?.equals(key) !== true) throw noPlace()
  return at
}

/** Keys are ordered by length, equally long ones by their bytes. */
function firstNotBefore(keys: readonly Buffer[], key: Buffer): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = keys[middle] ?? key
    const order = other.length === key.length ? other.compare(key) : other.length - key.length
    if (order < 0) low = middle + 1
    else high = middle
  }
  return low
}

function open({ type, bytes }: RawValue): OpenContainer {
  if (type > JsonType.LARGE_ARRAY) throw noPlace()
  const offsetSize: OffsetSize = (type & 1) === 0 ? 2 : 4
  const isObject = type <= JsonType.LARGE_OBJECT
  const read = offsetSize === 2 ? readUInt16 : readUInt32
  if (bytes.length < 2 * offsetSize) throw beyondEnd()
  const count = read(bytes, 0)
  const keysAt = 2 * offsetSize
  const valuesAt = keysAt + (isObject ? count * (offsetSize + 2) : 0)
  const entrySize = 1 + offsetSize
  // No byte of a sound document serves two values, so what they take together is bounded.
  let left = bytes.length - valuesAt - count * entrySize
  if (left < 0) throw beyondEnd()
  const take = (at: number, size: number): Buffer => {
    left -= size
    if (at + size > bytes.length) throw beyondEnd()
    if (left < 0) throw malformed("A JSON document uses the same bytes twice")
    return bytes.subarray(at, at + size)
  }
  const keys: Buffer[] | undefined = isObject ? [] : undefined
  const values: RawValue[] = []
  for (let index = 0; index < count; index++) {
    const key = keysAt + index * (offsetSize + 2)
    keys?.push(take(read(bytes, key), readUInt16(bytes, key + offsetSize)))
    const entry = valuesAt + index * entrySize
    const valueType = readUInt8(bytes, entry)
    if (isInline(valueType, offsetSize)) {
      const size = valueSize(valueType, bytes, entry + 1, bytes.length)
      values.push({ type: valueType, bytes: bytes.subarray(entry + 1, entry + 1 + size) })
    } else {
      const at = read(bytes, entry + 1)
      values.push({ type: valueType, bytes: take(at, valueSize(valueType, bytes, at, bytes.length)) })
    }
  }
  return { keys, values }
}

function closed(value: RawValue | OpenContainer): RawValue {
  if (!isOpen(value)) return value
  const { keys } = value
  const values = value.values.map(closed)
  const small = containerSize(keys, values, 2)
  const isSmall = small <= GREATEST_SMALL
  const offsetSize: OffsetSize = isSmall ? 2 : 4
  const size = isSmall ? small : containerSize(keys, values, 4)
  const type = (keys === undefined ? JsonType.SMALL_ARRAY : JsonType.SMALL_OBJECT) + (isSmall ? 0 : 1)
  return { type, bytes: containerBytes(keys, values, offsetSize, size) }
}

function containerSize(
  keys: readonly Buffer[] | undefined,
  values: readonly RawValue[],
  offsetSize: OffsetSize,
): number {
  let size = 2 * offsetSize + values.length * (1 + offsetSize)
  for (const key of keys ?? []) size += offsetSize + 2 + key.length
  for (const { type, bytes } of values) if (!isInline(type, offsetSize)) size += bytes.length
  return size
}

function containerBytes(
  keys: readonly Buffer[] | undefined,
  values: readonly RawValue[],
  offsetSize: OffsetSize,
  size: number,
): Buffer {
  const out = Buffer.alloc(size)
  let at = 0
  const write = (value: number, bytes: number = offsetSize): void => {
    at = out.writeUIntLE(value, at, bytes)
  }
  write(values.length)
  write(size)
  let dataAt =
    2 * offsetSize +
    (keys === undefined ? 0 : keys.length * (offsetSize + 2)) +
    values.length * (1 + offsetSize)
  const put = (bytes: Buffer): void => {
    write(dataAt)
    bytes.copy(out, dataAt)
    dataAt += bytes.length
  }
  for (const key of keys ?? []) {
    put(key)
    write(key.length, 2)
  }
  for (const { type, bytes } of values) {
    write(type, 1)
    if (!isInline(type, offsetSize)) put(bytes)
    else {
      bytes.copy(out, at)
      // MySQL widens the number, sign included.
      if (type === JsonType.INT16 && offsetSize === 4) out.writeInt32LE(readInt16(bytes, 0), at)
      at += offsetSize
    }
  }
  return out
}

function noPlace(): Error {
  return malformed("A change of a JSON document leads to a place that the document does not have")
}
