import { messageOf, textOf } from "./entry-tree.ts"
import type { Field } from "./entry-tree.ts"
import type { RuleName } from "./rule-names.ts"

export type Entry = readonly Field[]

/** Java's entries and ours, side by side; what stands alone is allowed by a rule. */
export interface Alignment {
  readonly pairs: readonly (readonly [java: Entry, ours: Entry])[]
  readonly rules: readonly RuleName[]
}

/** What is known of a recording beyond its entries. */
export interface Circumstances {
  readonly mariadb: boolean
  /** Java stops for good behind its last entry. */
  readonly stops: boolean
}

const BEGIN = "1"
const ROWDATA = "2"

/** Puts entries of the same type and offset side by side; throws where one of them stands alone and no rule allows it. */
export function align(java: readonly Entry[], ours: readonly Entry[], about: Circumstances): Alignment {
  const pairs: [Entry, Entry][] = []
  const rules: RuleName[] = []
  let next = 0
  for (const mine of ours) {
    const theirs = java[next]
    if (theirs !== undefined && keyOf(theirs) === keyOf(mine)) {
      pairs.push([theirs, mine])
      next++
      continue
    }
    const rule = ruleOfLoneEntry(mine, theirs, about)
    if (rule === undefined)
      throw new Error(
        `Ours has ${keyOf(mine)} where Java has ${theirs === undefined ? "nothing" : keyOf(theirs)}`,
      )
    rules.push(rule)
  }
  const missing = java[next]
  if (missing !== undefined) throw new Error(`Ours ends before Java's ${keyOf(missing)}`)
  return { pairs, rules }
}

/** The rule that allows an entry of ours that Java lacks. */
function ruleOfLoneEntry(
  mine: Entry,
  nextOfJava: Entry | undefined,
  { mariadb, stops }: Circumstances,
): RuleName | undefined {
  if (nextOfJava === undefined && stops) return "behind where Java stops"
  if (!mariadb) return undefined
  const type = textOf(mine, 2)
  if (type === BEGIN) return "begin of MariaDB"
  return type === ROWDATA && textOf(messageOf(mine, 3), 10) === "1" ? "compressed DDL of MariaDB" : undefined
}

export function keyOf(entry: Entry): string {
  return `type ${textOf(entry, 2)} at ${offsetOf(entry)}`
}

/** Where the event begins. */
export function offsetOf(entry: Entry): number {
  return Number(textOf(messageOf(entry, 1), 3))
}
