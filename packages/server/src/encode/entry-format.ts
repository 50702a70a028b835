/*
 * Numbers of Canal's EntryProtocol (package com.alibaba.otter.canal.protocol). Java's generated class is proto2: a
 * field that is set is written, also if it is 0, false or "", in ascending order; a field that is not set is absent.
 */

export const EntryType = { TRANSACTIONBEGIN: 1, ROWDATA: 2, TRANSACTIONEND: 3 } as const
export type EntryType = (typeof EntryType)[keyof typeof EntryType]

export const EventType = {
  INSERT: 1,
  UPDATE: 2,
  DELETE: 3,
  CREATE: 4,
  ALTER: 5,
  ERASE: 6,
  QUERY: 7,
  TRUNCATE: 8,
  RENAME: 9,
  CINDEX: 10,
  DINDEX: 11,
  XACOMMIT: 13,
  XAROLLBACK: 14,
} as const
export type EventType = (typeof EventType)[keyof typeof EventType]
