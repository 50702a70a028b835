import type { Gtid } from "./gtid.ts"

/**
 * The transactions that someone has. Changed in place by `add`; take a `copy` to keep a state. Sequence numbers go
 * up to 2^53 − 1.
 */
export interface GtidSet {
  readonly flavor: "mysql" | "mariadb"
  readonly isEmpty: boolean
  /** Takes one more transaction in. One of the other flavour is refused with a `TypeError`. */
  add(gtid: Gtid): void
  contains(gtid: Gtid): boolean
  /** Whether all transactions of the other set are in this one. */
  includes(other: GtidSet): boolean
  /**
   * The transactions of this set that the other lacks, as a new set. Of MariaDB's, which know only the last transaction
   * of each domain, those domains in which the other is behind.
   */
  without(other: GtidSet): GtidSet
  copy(): GtidSet
  /** As the source writes it; the text is kept until the next `add`. */
  toString(): string
}
