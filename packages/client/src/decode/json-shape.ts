import { asPropertyName, canGenerate, generated } from "./generated.ts"
import type { JsonValue } from "./json.ts"

/** Objects of one shape from which on a function of its own is worth its making. */
export const WORTH_COMPILING = 64
/** Beyond so many members objects are made one member at a time. */
const MOST_COMPILED = 64
/** Objects of more members are not remembered: each shape has a list of all its keys. */
const MOST_MEMBERS = 256
/** How many shapes behind one are remembered. */
export const MOST_FOLLOWING = 8

/** Beyond so many shapes, or bytes of their last keys, all are forgotten. */
const MOST_SHAPES = 4096
const MOST_BYTES = 262_144

type Make = (values: readonly JsonValue[], from: number) => JsonValue

/**
 * Keys that came one after another in objects of JSON, as a tree: each shape is one key further than that before it. Objects
 * whose keys are alike share one, so that keys are compared instead of decoded.
 */
export class JsonShape {
  /** What came of a text from the quote before the last key to the value behind it. */
  readonly bytes: Uint8Array
  /** The keys of its objects. */
  readonly keys: readonly string[]
  #following: JsonShape[] = []
  #made = 0
  #make: Make | undefined

  constructor(keys: readonly string[], bytes: Uint8Array) {
    this.keys = keys
    this.bytes = bytes
  }

  /** Whether its objects can be made by a function of their own. */
  get isCompilable(): boolean {
    return canGenerate && this.keys.length <= MOST_COMPILED
  }

  /** The shapes with one key more, those that came last first. */
  get following(): readonly JsonShape[] {
    return this.#following
  }

  /**
   * Learns a shape with one key more.
   * @param bytes from the quote before the key to the value behind it
   * @returns undefined where that is a key which has come before, or means something to every object, or is one too many
   */
  learn(key: string, bytes: Uint8Array): JsonShape | undefined {
    if (this.keys.length === MOST_MEMBERS) return undefined
    if (key in Object.prototype || this.keys.includes(key)) return undefined
    const shape = new JsonShape([...this.keys, key], bytes)
    this.#following = [shape, ...this.#following.slice(0, MOST_FOLLOWING - 1)]
    return shape
  }

  /** An object with this shape's keys and the values from a place on. */
  object(values: readonly JsonValue[], from: number): JsonValue {
    if (this.#make !== undefined) return this.#make(values, from)
    const { keys } = this
    if (++this.#made === WORTH_COMPILING && this.isCompilable) {
      this.#make = compiledObject(keys)
    }
    const object: Record<string, JsonValue> = {}
    for (const [i, key] of keys.entries()) object[key] = values[from + i] ?? null
    return object
  }
}

/** Is told of the shapes that are known. */
export interface JsonShapesMirror {
  /** A shape has become known behind another one. */
  learned(shape: JsonShape, before: JsonShape): void
  /** None but this one, of objects without members, is known any more. */
  forgotten(root: JsonShape): void
}

/** The shapes of objects that are known. */
export class JsonShapes {
  /** The shape of objects without members. */
  root: JsonShape = new JsonShape([], new Uint8Array())
  #count = 0
  #bytes = 0
  #mirror: JsonShapesMirror | undefined

  /** Has another one keep up with what is known. One at a time. */
  mirror(mirror: JsonShapesMirror): void {
    this.#mirror = mirror
    this.forget()
  }

  /** The same as `JsonShape.learn`. Nothing more is learned where much is known. */
  learn(before: JsonShape, key: string, bytes: Uint8Array): JsonShape | undefined {
    const shape = this.#isFull ? undefined : before.learn(key, bytes)
    if (shape === undefined) return undefined
    this.#count++
    this.#bytes += bytes.length
    this.#mirror?.learned(shape, before)
    return shape
  }

  /** Begins anew where much is known. To be called between entries: tokens of JSON refer to shapes. */
  tidy(): void {
    if (this.#isFull) this.forget()
  }

  get #isFull(): boolean {
    return this.#count > MOST_SHAPES || this.#bytes > MOST_BYTES
  }

  forget(): void {
    this.root = new JsonShape([], new Uint8Array())
    this.#count = 0
    this.#bytes = 0
    this.#mirror?.forgotten(this.root)
  }
}

/** Makes objects with these keys by a constructor of their own, which gives them one hidden class. */
function compiledObject(keys: readonly string[]): Make {
  const constants = keys.map((_, i) => `const k${i} = keys[${i}]`)
  const members = keys.map((_, i) => `this[k${i}] = values[from + ${i}]`)
  const source = `
    ${constants.join("\n")}
    function Members(values, from) {
      ${members.join("\n")}
    }
    Members.prototype = Object.prototype
    return (values, from) => new Members(values, from)`
  return generated<Make>(["keys"], source)(keys.map(asPropertyName))
}
