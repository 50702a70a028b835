import type { ByteReader } from "../bytes/byte-reader.ts"

/** The name of an XA transaction. */
export interface XaId {
  readonly formatId: number
  /** gtrid, in hexadecimal. */
  readonly globalId: string
  /** bqual, in hexadecimal. */
  readonly branchId: string
}

/** The two parts lie one behind the other, 64 bytes each at most. */
export function decodeXaId(
  reader: ByteReader,
  formatId: number,
  globalLength: number,
  branchLength: number,
): XaId {
  if (globalLength > 64 || branchLength > 64) throw reader.malformed("an XA id of more than 64 bytes a part")
  const globalAt = reader.take(globalLength)
  const branchAt = reader.take(branchLength)
  return {
    formatId,
    globalId: reader.bytes.toString("hex", globalAt, globalAt + globalLength),
    branchId: reader.bytes.toString("hex", branchAt, branchAt + branchLength),
  }
}

/** As MySQL writes it behind XA START: `X'7831',X'',1`. */
export function formatXaId(xid: XaId): string {
  return `X'${xid.globalId}',X'${xid.branchId}',${xid.formatId}`
}
