import { messageOf, textOf } from "./entry-tree.ts"
import type { Field } from "./entry-tree.ts"
import type { RuleName } from "./rule-names.ts"

export type Entry = readonly Field[]

/** Java's entries and ours, side by side; what stands alone is allowed by a rule. */
export interface Alignment {
  readonly pairs: readonly (readonly [java: Entry, ours: Entry])[]
  readonly rules: readonly RuleName[]
}

const BEGIN = "1"

/**
 * Puts entries of the same type and offset side by side. Of MariaDB's transactions ours have a begin that Java's lack;
 * throws at anything else that one of them has alone.
 */
export function align(java: readonly Entry[], ours: readonly Entry[], mariadb: boolean): Alignment {
  const pairs: [Entry, Entry][] = []
  const rules: RuleName[] = []
  let next = 0
  for (const mine of ours) {
    const theirs = java[next]
    if (theirs !== undefined && keyOf(theirs) === keyOf(mine)) {
      pairs.push([theirs, mine])
      next++
    } else if (textOf(mine, 2) === BEGIN && mariadb) rules.push("begin of MariaDB")
    else
      throw new Error(
        `Ours has ${keyOf(mine)} where Java has ${theirs === undefined ? "nothing" : keyOf(theirs)}`,
      )
  }
  const missing = java[next]
  if (missing !== undefined) throw new Error(`Ours ends before Java's ${keyOf(missing)}`)
  return { pairs, rules }
}

export function keyOf(entry: Entry): string {
  return `type ${textOf(entry, 2)} at ${offsetOf(entry)}`
}

/** Where the event begins. */
export function offsetOf(entry: Entry): number {
  return Number(textOf(messageOf(entry, 1), 3))
}
