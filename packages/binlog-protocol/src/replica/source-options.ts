import { BinlogError } from "../errors.ts"

/** How the connection to a source is protected. */
export interface TlsOptions {
  /**
   * `off`: never. `preferred`: where the source offers it. `required`: always, whatever the certificate. `verified`:
   * always, and the certificate must be for the host and come from a known authority.
   */
  readonly mode: "off" | "preferred" | "required" | "verified"
  /** Certificates of the authorities to trust, as PEM; default those that Node trusts. */
  readonly ca?: string | undefined
}

/** A MySQL or MariaDB to follow, and as whom. */
export interface SourceOptions {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  /** Default `preferred`. */
  readonly tls?: TlsOptions | undefined
  /** Milliseconds for connecting and authenticating; default 10,000, as in Canal. */
  readonly connectTimeout?: number | undefined
  /** Milliseconds for the answer to a question, after which the connection is taken for dead; default 60,000. */
  readonly answerTimeout?: number | undefined
}

/**
 * Reads `mysql://USER:PASSWORD@HOST:PORT`; user and password are percent-decoded, the port is 3306 unless given.
 * @throws BinlogError `INVALID_TEXT`, without the password in it.
 */
export function parseSourceUrl(text: string): SourceOptions {
  const url = URL.parse(text)
  if (url === null || url.hostname === "" || !["mysql:", "mariadb:"].includes(url.protocol)) {
    throw invalid(
      "is not mysql://USER:PASSWORD@HOST:PORT (characters such as @ / # in a password are written %40 %2F %23)",
    )
  }
  if (url.username === "") throw invalid("names no user: mysql://USER:PASSWORD@HOST:PORT")
  if (!["", "/"].includes(url.pathname) || url.search !== "" || url.hash !== "") {
    throw invalid(
      "has something behind the port; a source is followed as a whole, choose tables by the filter",
    )
  }
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? 3306 : Number(url.port),
    user: decoded(url.username, "user"),
    password: decoded(url.password, "password"),
  }
}

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw invalid(
      `has a % in its ${what} that is not followed by two hexadecimal digits; a % itself is written %25`,
      cause,
    )
  }
}

function invalid(problem: string, cause?: unknown): BinlogError {
  return new BinlogError("INVALID_TEXT", `the source's URL ${problem}`, { cause })
}
