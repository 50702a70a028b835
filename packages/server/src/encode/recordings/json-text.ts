/** A string with its escapes, a number, a word, or one of the characters between them. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[a-z]+|[{}[\],:]/g

/**
 * Whether Java's JSON text means the same as MySQL's own: the same tokens, but numbers with a point or an exponent in
 * another form, a DATE as a date and time, and opaque bytes as text instead of base64.
 */
export function meansSameJson(java: string, ours: string): boolean {
  const left = java.match(TOKEN) ?? []
  const right = ours.match(TOKEN) ?? []
  return left.length === right.length && left.every((token, index) => meansSame(token, right[index] ?? ""))
}

function meansSame(java: string, ours: string): boolean {
  if (java === ours) return true
  if (/^-?\d+[.e]/i.test(java)) return Number(java) === Number(ours)
  if (/^"\d{4}-\d\d-\d\d"$/.test(ours)) return java === `${ours.slice(0, -1)} 00:00:00.000000"`
  return /^"base64:type\d+:(?:[A-Za-z0-9+/=]|\\n)*"$/.test(ours) && java.startsWith('"')
}
