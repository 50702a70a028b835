import { ByteReader } from "../bytes/byte-reader.ts"
import type { EventBase } from "./event.ts"

/** Whether events end with 4 bytes of CRC32. */
export type ChecksumAlgorithm = "none" | "crc32"

/** FORMAT_DESCRIPTION: the first event of a binlog file; says how the others are laid out. */
export interface FormatDescriptionEvent extends EventBase {
  readonly type: "format-description"
  readonly binlogVersion: number
  /** E.g. `9.7.4` or `10.11.19-MariaDB-log`. */
  readonly serverVersion: string
  /** Seconds since 1970 at which the source started to write; 0 unless the file began with a start of the source. */
  readonly createdAt: number
  /** Length of the fixed part of each event type, type 1 first. */
  readonly postHeaderLengths: Uint8Array
  readonly checksum: ChecksumAlgorithm
}

const VERSION_LENGTH = 50

/*
 * 2 binlog version · 50 server version, padded with 0 · 4 created · 1 header length (19) · 1 per event type: its
 * post-header length · since MySQL 5.6.1 and MariaDB 5.3 (those that know CRC32): 1 checksum algorithm (0 none,
 * 1 CRC32) · 4 CRC32, always there.
 */
/** `end` is the event's true end: whether there is a checksum is said by the event itself. */
export function decodeFormatDescription(
  base: EventBase,
  bytes: Buffer,
  start: number,
  end: number,
): FormatDescriptionEvent {
  const reader = new ByteReader(bytes, start, end, "FORMAT_DESCRIPTION")
  const binlogVersion = reader.uint16()
  const version = reader.latin1(VERSION_LENGTH)
  const zero = version.indexOf("\0")
  const serverVersion = zero < 0 ? version : version.slice(0, zero)
  const createdAt = reader.uint32()
  if (reader.uint8() !== 19) throw reader.malformed("a header length other than 19")
  let checksum: ChecksumAlgorithm = "none"
  let lengths = reader.remaining
  if (knowsChecksums(serverVersion)) {
    lengths -= 5
    if (lengths < 0) throw reader.malformed("no room for its checksum")
    const algorithm = bytes[end - 5]
    if (algorithm === 1) checksum = "crc32"
    else if (algorithm !== 0 && algorithm !== 255)
      throw reader.malformed(`the checksum algorithm ${algorithm}`)
  }
  const postHeaderLengths = Uint8Array.from(reader.view(lengths))
  return {
    ...base,
    type: "format-description",
    binlogVersion,
    serverVersion,
    createdAt,
    postHeaderLengths,
    checksum,
  }
}

/** Whether a source of this version puts the checksum algorithm into FORMAT_DESCRIPTION. */
function knowsChecksums(serverVersion: string): boolean {
  const [major = 0, minor = 0, patch = 0] = serverVersion
    .split(/[.-]/)
    .map((part) => Number.parseInt(part, 10) || 0)
  const number = major * 10_000 + minor * 100 + patch
  return number >= (/mariadb/i.test(serverVersion) ? 50_300 : 50_601)
}
