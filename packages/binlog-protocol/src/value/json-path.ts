import { malformed } from "./malformed.ts"

/** One step from a value to a value inside it: a member's key, or an element's index, from the end if negative: −1 is the last. */
export type PathLeg = string | number

/** A step as MySQL writes it: a bare key, a key as a JSON string, an index, or one from the end. */
const LEG = /\.(?:([^.["\s]+)|("(?:[^"\\]|\\.)*"))|\[(\d{1,10})\]|\[last(?:-(\d{1,10}))?\]/y

/** Reads a path as MySQL writes it for itself: `$.key."another key"[0][last-1]`, without wildcards. */
export function parsePath(text: string): readonly PathLeg[] {
  if (!text.startsWith("$")) throw noPath()
  const legs: PathLeg[] = []
  LEG.lastIndex = 1
  while (LEG.lastIndex < text.length) {
    const match = LEG.exec(text)
    if (match === null) throw noPath()
    const [, bare, quoted, index, fromEnd = "0"] = match
    if (bare !== undefined) legs.push(bare)
    else if (quoted !== undefined) legs.push(unquoted(quoted))
    else legs.push(index === undefined ? -1 - Number(fromEnd) : Number(index))
  }
  return legs
}

function unquoted(quoted: string): string {
  try {
    const key: unknown = JSON.parse(quoted)
    if (typeof key === "string") return key
  } catch {
    // Said below: what cannot be parsed is no key.
  }
  throw noPath()
}

function noPath(): Error {
  return malformed("A change of a JSON document has a path that is none")
}
