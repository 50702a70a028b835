/**
 * Splits a comma-separated list of regular expressions. A comma inside `{}`, `[]` or `()`, or behind a backslash,
 * belongs to its expression, as in `t\d{1,3}`.
 */
export function splitPatterns(list: string): readonly string[] {
  const patterns: string[] = []
  const closers: string[] = []
  let start = 0
  for (let at = 0; at < list.length; at++) {
    const character = list.charAt(at)
    if (character === "\\") at++
    else if (character === closers.at(-1)) closers.pop()
    else if (closers.at(-1) === "]") continue
    else if (character in CLOSER) closers.push(CLOSER[character] ?? "")
    else if (character === "," && closers.length === 0) {
      patterns.push(list.slice(start, at))
      start = at + 1
    }
  }
  patterns.push(list.slice(start))
  return patterns.map((pattern) => pattern.trim()).filter((pattern) => pattern !== "")
}

const CLOSER: Readonly<Record<string, string>> = { "{": "}", "[": "]", "(": ")" }

/**
 * One Perl 5 expression as JavaScript's, matching the whole of a text in any letter case. What JavaScript spells
 * otherwise (`\A`, `\Z`, `(?i)`, `(?#…)`) is translated. Throws `SyntaxError` for what it does not have.
 */
export function compilePattern(pattern: string): RegExp {
  const unsupported = UNSUPPORTED.exec(pattern)
  if (unsupported !== null) throw new SyntaxError(`${unsupported[0]} is not supported`)
  const translated = pattern
    .replaceAll(/\(\?#[^)]*\)/g, "")
    .replaceAll("(?i)", "")
    .replaceAll(/\\(.)/gs, (escape, character: string) => ESCAPES.get(character) ?? escape)
  return new RegExp(`^(?:${translated})$`, "i")
}

const ESCAPES = new Map([
  ["A", "^"],
  ["Z", "$"],
  ["z", "$"],
])
/** Possessive quantifiers, atomic groups and POSIX classes, which JavaScript would take for something else. */
const UNSUPPORTED = /(?<!\\)[*+?}]\+|\(\?>|\[\[:/
