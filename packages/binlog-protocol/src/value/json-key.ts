import { utf8Text } from "../bytes/text.ts"
import { isEqual, readUInt8 } from "../bytes/read.ts"

interface KnownKey {
  readonly bytes: Buffer
  readonly text: string
}

/** A power of two. */
const SLOTS = 1024
const LONGEST = 64

const known: (KnownKey | undefined)[] = Array.from({ length: SLOTS }, () => undefined)

/**
 * The text of an object's key. Documents repeat their keys: those read lately are given again, as the same string, by
 * which the engine also finds the member sooner. Keeps at most 1024 short keys.
 */
export function keyText(bytes: Buffer, start: number, end: number): string {
  const length = end - start
  if (length === 0 || length > LONGEST) return utf8Text(bytes, start, end)
  let hash = length
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + readUInt8(bytes, at)) | 0
  const slot = (hash ^ (hash >>> 10)) & (SLOTS - 1)
  const key = known[slot]
  if (key !== undefined && key.bytes.length === length && isEqual(key.bytes, 0, bytes, start, length))
    return key.text
  const text = asPropertyName(utf8Text(bytes, start, end))
  known[slot] = { bytes: Buffer.from(bytes.subarray(start, end)), text }
  return text
}

/** The same text as the one string that the engine has for a property of this name, which it finds without a search. */
function asPropertyName(name: string): string {
  return Object.keys({ [name]: null })[0] ?? name
}
