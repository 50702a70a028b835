import { ByteReader } from "../bytes/byte-reader.ts"

/** Settings of the session that wrote a QUERY, as far as they are of use to a reader. */
export interface StatusVariables {
  /** `sql_mode` as a bit set. */
  readonly sqlMode: number | bigint | undefined
  /** Collation id of character_set_client: how the statement's bytes are to be read. */
  readonly clientCollation: number | undefined
  readonly connectionCollation: number | undefined
  readonly serverCollation: number | undefined
  readonly timeZone: string | undefined
  /** Fraction of the second of the statement's time. */
  readonly microseconds: number | undefined
}

/** Where the fraction of the second lay that was read last. */
export let microsecondsAt = 0

/*
 * One after the other a code and its value (MySQL `Query_event`). What stands behind a code nobody knows cannot be
 * found, so reading ends there:
 * 0 flags2: 4 · 1 sql_mode: 8 · 2 catalog with end: 1 length, bytes, 0 · 3 auto increment: 2 increment, 2 offset ·
 * 4 charset: 2 client, 2 connection, 2 server · 5 time zone: 1 length, bytes · 6 catalog: 1 length, bytes ·
 * 7 lc_time_names: 2 · 8 database collation: 2 · 9 table map for update: 8 · 10 master data written: 4 ·
 * 11 invoker: two of 1 length, bytes · 12 updated schemas: 1 count (254: too many), each ending in 0 ·
 * 13 microseconds: 3 · 16 explicit defaults for timestamp: 1 · 17 XID of the DDL: 8 · 18 default utf8mb4 collation: 2 ·
 * 19 SQL require primary key: 1 · 20 default table encryption: 1.
 * MariaDB: 128 fraction of the second: 3 · 129 XID: 8 · 131 GTID flags: 2, 3 or more.
 */
export function decodeStatusVariables(bytes: Buffer, start: number, end: number): StatusVariables {
  const reader = new ByteReader(bytes, start, end, "QUERY")
  let sqlMode: number | bigint | undefined
  let clientCollation: number | undefined
  let connectionCollation: number | undefined
  let serverCollation: number | undefined
  let timeZone: string | undefined
  let microseconds: number | undefined
  while (reader.remaining > 0) {
    const code = reader.uint8()
    if (code === 1) sqlMode = reader.uint64()
    else if (code === 4) {
      clientCollation = reader.uint16()
      connectionCollation = reader.uint16()
      serverCollation = reader.uint16()
    } else if (code === 5) timeZone = reader.latin1(reader.uint8())
    else if (code === 13 || code === 128) {
      microsecondsAt = reader.at
      microseconds = reader.uint24()
    } else if (!skipVariable(reader, code)) break
  }
  return { sqlMode, clientCollation, connectionCollation, serverCollation, timeZone, microseconds }
}

function skipVariable(reader: ByteReader, code: number): boolean {
  const size = FIXED_SIZES.get(code)
  if (size !== undefined) reader.skip(size)
  else if (code === 2) reader.skip(reader.uint8() + 1)
  else if (code === 6) reader.skip(reader.uint8())
  else if (code === 11) {
    reader.skip(reader.uint8())
    reader.skip(reader.uint8())
  } else if (code === 12) {
    const count = reader.uint8()
    if (count !== 254) for (let i = 0; i < count; i++) skipZeroEnded(reader)
  } else return false
  return true
}

const FIXED_SIZES: ReadonlyMap<number, number> = new Map([
  [0, 4],
  [3, 4],
  [7, 2],
  [8, 2],
  [9, 8],
  [10, 4],
  [16, 1],
  [17, 8],
  [18, 2],
  [19, 1],
  [20, 1],
  [129, 8],
])

function skipZeroEnded(reader: ByteReader): void {
  while (reader.uint8() !== 0);
}
