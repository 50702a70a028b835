import { readSafeInteger } from "../wire/int64.ts"
import { nestedEnd, readMessage, skipField } from "../wire/message-reader.ts"
import { type Pair, readPair } from "./pair.ts"

/** The content of a TRANSACTIONBEGIN entry. Layout: 1 executeTime, 2 transactionId (neither is set), 3 props, 4 threadId. */
export interface TransactionBegin {
  /** XA transactions have XA_TYPE and XA_XID. */
  readonly props: readonly Pair[]
  /** The connection that ran it, where the binlog names it. */
  readonly threadId: number | undefined
}

/** @throws ProtocolError MALFORMED */
export function decodeTransactionBegin(storeValue: Buffer): TransactionBegin {
  return readMessage("TransactionBegin", storeValue, (reader, end) => {
    const props: Pair[] = []
    let threadId: number | undefined
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === 0x1a) props.push(readPair(reader, nestedEnd(reader, end)))
      else if (tag === 0x20) threadId = readSafeInteger(reader)
      else skipField(reader, tag)
    }
    return { props, threadId }
  })
}

/** The content of a TRANSACTIONEND entry. Layout: 1 executeTime (not set), 2 transactionId, 3 props. */
export interface TransactionEnd {
  /** The XID in decimal; "0" for a COMMIT statement. */
  readonly transactionId: string | undefined
  readonly props: readonly Pair[]
}

/** @throws ProtocolError MALFORMED */
export function decodeTransactionEnd(storeValue: Buffer): TransactionEnd {
  return readMessage("TransactionEnd", storeValue, (reader, end) => {
    let transactionId: string | undefined
    const props: Pair[] = []
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === 0x12) transactionId = reader.string()
      else if (tag === 0x1a) props.push(readPair(reader, nestedEnd(reader, end)))
      else skipField(reader, tag)
    }
    return { transactionId, props }
  })
}
