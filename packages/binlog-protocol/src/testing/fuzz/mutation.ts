import type { Random } from "@canal/testbed"

/** One case: what to begin with, and how it is spoiled. */
export interface FuzzInput {
  /** Chooses among what a target has to choose from. */
  readonly pick: number
  readonly edits: readonly Edit[]
}

/** `at` is taken modulo the length of the bytes. */
export interface Edit {
  readonly kind: EditKind
  readonly at: number
  readonly value: number
}

export const EDIT_KINDS = ["set", "flip", "insert", "remove", "cut", "greatest", "repeat", "random"] as const
export type EditKind = (typeof EDIT_KINDS)[number]

const GREATEST = [
  "ff",
  "7f",
  "80",
  "ffff",
  "ff7f",
  "ffffffff",
  "ffffff7f",
  "00000080",
  "fd",
  "feffffffffffffffff",
]
const LONGEST = 4 * 2 ** 20

/** A copy of the bytes with the changes made. */
export function spoiled(bytes: Buffer, edits: readonly Edit[]): Buffer {
  let current: Buffer = Buffer.from(bytes)
  for (const { kind, at, value } of edits) {
    const place = current.length === 0 ? 0 : at % current.length
    const count = 1 + (value % 16)
    switch (kind) {
      case "set":
        if (current.length > 0) current[place] = value & 0xff
        break
      case "flip":
        if (current.length > 0) current[place] = (current[place] ?? 0) ^ (1 << (value & 7))
        break
      case "insert":
        current = Buffer.concat([
          current.subarray(0, place),
          Buffer.alloc(count, value),
          current.subarray(place),
        ])
        break
      case "remove":
        current = Buffer.concat([current.subarray(0, place), current.subarray(place + count)])
        break
      case "cut":
        current = current.subarray(0, place)
        break
      case "greatest":
        Buffer.from(GREATEST[value % GREATEST.length] ?? "", "hex").copy(current, place)
        break
      case "repeat":
        if (current.length < LONGEST)
          current = Buffer.concat([current.subarray(0, place + count), current.subarray(place)])
        break
      case "random":
        for (let index = 0; index < count && place + index < current.length; index++)
          current[place + index] = Math.imul(value + index, 0x9e37_79b1) >>> 24
    }
  }
  return current
}

/** A case of its own for each number that the generator gives. */
export function randomInput(random: Random): FuzzInput {
  const edits = Array.from({ length: random.pick([0, 1, 1, 1, 2, 3, 5, 12]) }, () => ({
    kind: random.pick(EDIT_KINDS),
    // Near the beginning there are more lengths than elsewhere.
    at: random.integer(0, random.pick([40, 400, 0x7fff_ffff])),
    value: random.integer(0, 0x7fff_ffff),
  }))
  return { pick: random.integer(0, 0x7fff_ffff), edits }
}
