/** What belongs to a backend and is not, or need not be, part of its text. */
export interface Secrets {
  /** Counts where the text has none. */
  readonly password?: string | undefined
  /** Certificate authorities for TLS, as PEM. */
  readonly ca?: string | undefined
}
