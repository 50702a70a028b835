import { createHash, timingSafeEqual } from "node:crypto"

const HASH_BYTES = 20

/**
 * A password as a server's configuration keeps it: SHA-1 of its SHA-1 in lower-case hexadecimal, which is MySQL's old
 * `password()` without the asterisk.
 */
export function hashPassword(plain: string): string {
  return sha1(sha1(Buffer.from(plain, "utf8"))).toString("hex")
}

/**
 * What a client sends instead of its password: SHA-1(P) xor SHA-1(seed ‖ SHA-1(SHA-1(P))), the scramble of MySQL 4.1 with
 * the seed in front.
 * @returns 40 lower-case hexadecimal digits.
 */
export function scramble(plain: string, seed: Uint8Array): string {
  const once = sha1(Buffer.from(plain, "utf8"))
  return xor(once, sha1(seed, sha1(once))).toString("hex")
}

/**
 * Whether a client's token was made from the password that is stored. Takes the same time for every token of the right
 * length.
 * @param token as in `ClientAuth.password`; anything that is not 40 hexadecimal digits is refused.
 * @param stored the form that `hashPassword` returns, in any case.
 */
export function verifyScramble(token: string, stored: string, seed: Uint8Array): boolean {
  const expected = Buffer.from(stored, "hex")
  const given = Buffer.from(token, "hex")
  if (token.length !== 2 * HASH_BYTES || given.length !== HASH_BYTES || expected.length !== HASH_BYTES) {
    return false
  }
  return timingSafeEqual(sha1(xor(given, sha1(seed, expected))), expected)
}

function sha1(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha1")
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function xor(a: Buffer, b: Buffer): Buffer {
  const result = Buffer.alloc(HASH_BYTES)
  for (let i = 0; i < HASH_BYTES; i++) result[i] = (a[i] ?? 0) ^ (b[i] ?? 0)
  return result
}
