declare global {
  interface Buffer {
    /** Node's own, without the checks of `toString`, which cost as much as a short text. */
    utf8Slice(start: number, end: number): string
  }
}

/** UTF-8 between two places as text; what is no UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: Buffer, start: number, end: number): string {
  return bytes.utf8Slice(start, end)
}

/** Texts longer than this are not looked for among those that came before. */
const LONGEST_KNOWN = 64
/** How many texts are remembered: a power of two. */
const KNOWN = 1024

const known: string[] = Array.from({ length: KNOWN }, () => "")

/**
 * The same for text that has probably come before, such as a name: ASCII is then not decoded but recognised, and is the
 * same string each time.
 */
export function decodeKnownUtf8(bytes: Buffer, start: number, end: number): string {
  const length = end - start
  if (length === 0) return ""
  if (length > LONGEST_KNOWN) return bytes.utf8Slice(start, end)
  let hash = length
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] ?? 0)) | 0
  const place = (hash ^ (hash >>> 15)) & (KNOWN - 1)
  const text = known[place] ?? ""
  if (isText(text, bytes, start, length)) return text
  const decoded = bytes.utf8Slice(start, end)
  // With as many characters as bytes it is ASCII, or holds U+FFFD, which is no byte.
  if (decoded.length === length) known[place] = decoded
  return decoded
}

/** Whether the bytes are the character codes of a text. */
function isText(text: string, bytes: Buffer, start: number, length: number): boolean {
  if (text.length !== length) return false
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false
  return true
}
