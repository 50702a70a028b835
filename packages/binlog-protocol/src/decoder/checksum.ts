import { readUInt32 } from "../bytes/read.ts"
import { crc32Of } from "./crc32.ts"

/** Bytes of the CRC32 at the end of an event. */
export const CHECKSUM_LENGTH = 4

const FLAGS_AT = 17
const IN_USE = 0x01

/** Whether the event from `start` to `end` ends with the CRC32 of what stands before it. */
export function hasRightChecksum(bytes: Buffer, start: number, end: number): boolean {
  const behind = end - CHECKSUM_LENGTH
  return crc32Of(bytes, start, behind) === readUInt32(bytes, behind)
}

/** The same for FORMAT_DESCRIPTION, whose "file is in use" flag a source sets without a new checksum. */
export function hasRightFormatChecksum(bytes: Buffer, start: number, end: number): boolean {
  if (hasRightChecksum(bytes, start, end)) return true
  const copy = Buffer.from(bytes.subarray(start, end))
  copy.writeUInt8(copy.readUInt8(FLAGS_AT) & ~IN_USE, FLAGS_AT)
  return hasRightChecksum(copy, 0, copy.length)
}
