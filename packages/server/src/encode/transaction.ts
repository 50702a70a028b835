import type { ByteWriter } from "@canal/binlog-protocol"
import type { BeginChange, CommitChange } from "@canal/parser"
import { writePair } from "./header.ts"
import { bytesTag, varintTag, writeStringField, writeVarintField } from "./protobuf.ts"

/*
 * TransactionBegin: 3 props, 4 threadId. TransactionEnd: 2 transactionId, 3 props. The props, which only XA
 * transactions have, are XA_TYPE and XA_XID, the latter with whatever stands behind the verb, its space included.
 */

const PROPS = bytesTag(3)

export function writeTransactionBegin({ xid, threadId }: BeginChange, out: ByteWriter): void {
  if (xid !== undefined) writeXaProps(PROPS, "XA START", xid, out)
  if (threadId !== undefined) writeVarintField(varintTag(4), threadId, out)
}

export function writeTransactionEnd({ transactionId, xid }: CommitChange, out: ByteWriter): void {
  writeStringField(bytesTag(2), transactionId, out)
  if (xid !== undefined) writeXaProps(PROPS, "XA END", xid, out)
}

export function writeXaProps(tag: number, type: string, xid: string, out: ByteWriter): void {
  writePair(tag, "XA_TYPE", type, out)
  writePair(tag, "XA_XID", xid, out)
}
