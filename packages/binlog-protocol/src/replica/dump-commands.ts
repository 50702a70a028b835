import { ByteWriter } from "../bytes/byte-writer.ts"

/*
 * The commands that turn a connection into a replication stream (MySQL source documentation, "Replication Protocol").
 * Each is a packet: 3 bytes length, 1 byte sequence number 0, the command byte, its fields.
 */

const COM_BINLOG_DUMP = 0x12
const COM_REGISTER_SLAVE = 0x15
const COM_BINLOG_DUMP_GTID = 0x1e

/** MariaDB sends ANNOTATE_ROWS only to replicas that ask for them; MySQL takes no notice. */
const SEND_ANNOTATE_ROWS = 2
const THROUGH_GTID = 4

/**
 * 4 server id · host, user and password, each a length byte and text · 2 port · 4 rank · 4 source's id.
 * The texts stay empty: whoever may list replicas would read them.
 */
export function registerReplica(serverId: number): Buffer {
  const out = command(COM_REGISTER_SLAVE)
  uint32(out, serverId)
  for (let i = 0; i < 3 + 2 + 4 + 4; i++) out.byte(0)
  return packet(out)
}

/** 4 offset · 2 flags · 4 server id · the rest: the file's name. */
export function binlogDump(serverId: number, file: string, offset: number): Buffer {
  const out = command(COM_BINLOG_DUMP)
  uint32(out, offset)
  uint16(out, SEND_ANNOTATE_ROWS)
  uint32(out, serverId)
  out.utf8(file)
  return packet(out)
}

/** 2 flags · 4 server id · 4 length of a file's name, the name (none) · 8 offset · 4 length of the set, the set. */
export function binlogDumpGtid(serverId: number, encodedGtidSet: Buffer): Buffer {
  const out = command(COM_BINLOG_DUMP_GTID)
  uint16(out, THROUGH_GTID)
  uint32(out, serverId)
  uint32(out, 0)
  uint32(out, 4)
  uint32(out, 0)
  uint32(out, encodedGtidSet.length)
  out.copyFrom(encodedGtidSet, 0, encodedGtidSet.length)
  return packet(out)
}

function command(code: number): ByteWriter {
  const out = new ByteWriter(256)
  uint32(out, 0)
  out.byte(code)
  return out
}

function packet(out: ByteWriter): Buffer {
  const bytes = out.copy()
  bytes.writeUIntLE(bytes.length - 4, 0, 3)
  return bytes
}

function uint16(out: ByteWriter, value: number): void {
  out.byte(value & 0xff)
  out.byte(value >>> 8)
}

function uint32(out: ByteWriter, value: number): void {
  uint16(out, value & 0xffff)
  uint16(out, value >>> 16)
}
