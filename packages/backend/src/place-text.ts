import { UsageError } from "@canal/command-line"

/** `[SCHEME://][USER[:PASSWORD]@]HOSTS[/PATH]`, taken apart. */
export interface PlaceText {
  readonly scheme: string | undefined
  readonly user: string | undefined
  readonly password: string | undefined
  readonly hosts: string
  /** With its leading slash; empty where there is none. */
  readonly path: string
}

/**
 * Takes the text of an option apart. User and password end at the last `@`, and stand with `%` for what they cannot hold.
 * @throws UsageError, without the text: it may hold a secret
 */
export function parsePlace(option: string, text: string): PlaceText {
  const [, scheme, rest = ""] = /^(?:([a-z][a-z+]*):\/\/)?(.*)$/is.exec(text.trim()) ?? []
  const at = rest.lastIndexOf("@")
  const [user, password] = at < 0 ? [] : credentials(option, rest.slice(0, at))
  const place = rest.slice(at + 1)
  const slash = place.indexOf("/")
  const hosts = slash < 0 ? place : place.slice(0, slash)
  if (hosts === "") throw new UsageError(`${option} names no host`)
  return { scheme: scheme?.toLowerCase(), user, password, hosts, path: slash < 0 ? "" : place.slice(slash) }
}

function credentials(option: string, text: string): readonly (string | undefined)[] {
  const colon = text.indexOf(":")
  const parts = colon < 0 ? [text] : [text.slice(0, colon), text.slice(colon + 1)]
  try {
    return parts.map((part) => (part === "" ? undefined : decodeURIComponent(part)))
  } catch {
    throw new UsageError(
      `${option}: a % in the user or the password stands before two hexadecimal digits; write %25`,
    )
  }
}

/** User and password where both are needed or none. The password may come from elsewhere. @throws UsageError */
export function loginOf(
  option: string,
  { user, password }: PlaceText,
  elsewhere: string | undefined,
): { readonly user: string; readonly password: string } | undefined {
  const secret = password ?? elsewhere
  if (user === undefined && secret === undefined) return undefined
  if (user === undefined) throw new UsageError(`${option} has a password and no user; write USER@HOST:PORT`)
  if (secret === undefined) {
    throw new UsageError(`${option} has a user and no password; give it by CANAL_COORDINATION_PASSWORD`)
  }
  return { user, password: secret }
}
