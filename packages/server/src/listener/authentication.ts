import { ProtocolError, verifyScramble, type ClientAuth } from "@canal/protocol"

/** What clients must show. Nothing is asked for where a member is `undefined`. */
export interface Credentials {
  readonly user: string | undefined
  /** SHA-1 of the password's SHA-1 in hexadecimal, as `hashPassword` makes it. */
  readonly passwordHash: string | undefined
}

/**
 * Whether a client may come in. Without a user any name is good, without a password any password.
 * @throws ProtocolError where a password is asked for and what came is no hexadecimal text.
 */
export function authenticates(auth: ClientAuth, credentials: Credentials, seed: Buffer): boolean {
  if (credentials.user !== undefined && auth.username !== credentials.user) return false
  if (credentials.passwordHash === undefined) return true
  if (auth.password === "") return false
  if (!/^(?:[0-9a-f]{2})+$/i.test(auth.password)) {
    throw new ProtocolError("MALFORMED", "the password of a client is not in hexadecimal")
  }
  return verifyScramble(auth.password, credentials.passwordHash, seed)
}
