import { canGenerate, generated } from "../bytes/generated.ts"
import { readInt32, readUInt16, readWord, viewOf } from "../bytes/read.ts"
import { keyText } from "./json-key.ts"
import type { JsonValue } from "./parsed-json.ts"

/** Reads the value of which the entry at `entry` tells, in the small container at `at`. */
export type ReadElement = (bytes: Buffer, end: number, at: number, entry: number, depth: number) => JsonValue

/** Makes the small object at `at`, of whose values the first entry lies at `entry`. */
type MakeObject = (
  bytes: Buffer,
  end: number,
  at: number,
  entry: number,
  depth: number,
) => { [key: string]: JsonValue }

/** The keys that many small objects have in common. */
export interface Shape {
  /** The place where it is looked for. */
  readonly slot: number
  readonly keys: readonly string[]
  /** The entries of the keys, four bytes each. */
  readonly entries: Int32Array
  /** Bytes of the keys' texts, and these four at a time, the last four too where they overlap those before. */
  readonly length: number
  readonly texts: Int32Array
  /** The keys' texts. */
  readonly bytes: Uint8Array
  uses: number
  /** Made when the shape has been of use for some time. */
  make: MakeObject | undefined
}

/** A power of two. */
const SLOTS = 256
const MOST_KEYS = 64
/** How often a shape is met before objects of it get a constructor, and how many shapes get one. */
const FREQUENT = 100
const MOST_COMPILED = 256

/** Is told of shapes that are frequent, and compilable. */
export type ShapeListener = (shape: Shape) => void

let listener: ShapeListener | undefined

/** One at a time. */
export function listenToShapes(other: ShapeListener): void {
  listener = other
}

const shapes: (Shape | undefined)[] = Array.from({ length: SLOTS }, () => undefined)
/** By slot, the hash of the keys met there last. */
const met = new Int32Array(SLOTS)
let compiled = 0

/**
 * The shape of a small object whose key entries begin at `entries`, if it was met before; the keys, four bytes or more, lie
 * behind the entries of the values, as MySQL writes them, without gaps. All that is looked at lies before `end` if this gives a shape.
 */
export function shapeOf(bytes: Buffer, entries: number, count: number, end: number): Shape | undefined {
  if (count === 0 || count > MOST_KEYS) return undefined
  const view = viewOf(bytes)
  const first = view.getUint16(entries, true)
  const last = entries + 4 * count - 4
  const length = view.getUint16(last, true) + view.getUint16(last + 2, true) - first
  const texts = entries + 7 * count
  if (first !== 4 + 7 * count || length < 4 || texts + length > end) return undefined
  const hash =
    Math.imul(view.getInt32(texts, true), 31) ^
    Math.imul(view.getInt32(texts + length - 4, true), 17) ^
    (length << 8) ^
    count
  const slot = (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (SLOTS - 1)
  const shape = shapes[slot]
  if (shape !== undefined && isSame(shape, view, entries, count, texts, length)) return shape
  // One that is met once may never come again.
  if (met[slot] === hash) return (shapes[slot] = newShape(slot, bytes, entries, count, texts, length))
  met[slot] = hash
  return undefined
}

/** The constructor of frequent objects; `undefined` where they are made member by member. */
export function makerOf(shape: Shape, readElement: ReadElement): MakeObject | undefined {
  if (
    shape.make === undefined &&
    ++shape.uses === FREQUENT &&
    compiled < MOST_COMPILED &&
    isCompilable(shape)
  ) {
    compiled++
    shape.make = compileMaker(shape.keys, readElement)
    listener?.(shape)
  }
  return shape.make
}

/** Not where a name has a meaning to every object. */
function isCompilable({ keys }: Shape): boolean {
  return canGenerate && keys.every((key) => !(key in Object.prototype))
}

/**
 * As a constructor it gives all objects one hidden class, with room for all members; with `Object.prototype` they are plain
 * objects all the same.
 */
function compileMaker(keys: readonly string[], readElement: ReadElement): MakeObject {
  const source = makerSource(
    keys,
    "bytes, end, at, entry, depth",
    (index) => `read(bytes, end, at, entry + ${3 * index}, depth)`,
  )
  return generated<MakeObject>(["keys", "read"], source)(keys, readElement)
}

/** The body of a function of `keys` and `read`, which gives one that makes objects out of these parameters. */
export function makerSource(
  keys: readonly string[],
  parameters: string,
  member: (index: number) => string,
): string {
  return `
    ${keys.map((_, i) => `const k${i} = keys[${i}]`).join("\n")}
    function Members(${parameters}) {
      ${keys.map((_, i) => `this[k${i}] = ${member(i)}`).join("\n")}
    }
    Members.prototype = Object.prototype
    return (${parameters}) => new Members(${parameters})`
}

/** `undefined` where the keys do not lie one behind the other. */
function newShape(
  slot: number,
  bytes: Buffer,
  entries: number,
  count: number,
  texts: number,
  length: number,
): Shape | undefined {
  const keys: string[] = []
  const origin = entries - 4
  let at = texts
  for (let entry = entries; keys.length < count; entry += 4) {
    if (origin + readUInt16(bytes, entry) !== at) return undefined
    const end = at + readUInt16(bytes, entry + 2)
    if (end > texts + length) return undefined
    keys.push(keyText(bytes, at, end))
    at = end
  }
  return {
    slot,
    keys,
    entries: Int32Array.from({ length: count }, (_, index) => readInt32(bytes, entries + 4 * index)),
    length,
    texts: Int32Array.from({ length: (length + 3) >> 2 }, (_, index) =>
      readInt32(bytes, texts + Math.min(4 * index, length - 4)),
    ),
    bytes: Uint8Array.from(bytes.subarray(texts, texts + length)),
    uses: 0,
    make: undefined,
  }
}

function isSame(
  shape: Shape,
  view: DataView,
  entries: number,
  count: number,
  texts: number,
  length: number,
): boolean {
  if (shape.entries.length !== count || shape.length !== length) return false
  for (let index = 0; index < count; index++)
    if (readWord(shape.entries, index) !== view.getInt32(entries + 4 * index, true)) return false
  const last = shape.texts.length - 1
  for (let index = 0; index < last; index++)
    if (readWord(shape.texts, index) !== view.getInt32(texts + 4 * index, true)) return false
  return readWord(shape.texts, last) === view.getInt32(texts + length - 4, true)
}
