import { BinlogDecoder, type BinlogDecoderOptions, type InnerEvents } from "../decoder/binlog-decoder.ts"
import { readUInt16, readUInt32, readUInt8 } from "../bytes/read.ts"
import { BinlogError } from "../errors.ts"
import { mayReferToBytes } from "../event/binlog-event.ts"
import type { BinlogEvent } from "../event/binlog-event.ts"
import { PacketFramer } from "../packet/packet-framer.ts"
import type { FilePosition, Position } from "../position/position.ts"
import { MysqlGtidSet } from "../position/mysql-gtid-set.ts"
import type { PartialJsonForm } from "../rows/partial-update.ts"
import { ChecksumRun } from "./checksum-run.ts"
import { binlogDump, binlogDumpGtid, registerReplica } from "./dump-commands.ts"
import { prepareDump } from "./dump-session.ts"
import { connectSource, type SourceConnection } from "./source-connection.ts"
import { connectionError, sourceError } from "./source-error.ts"
import type { SourceComplaint } from "./source-error.ts"
import type { SourceOptions } from "./source-options.ts"
import { watchedChunks } from "./watched-socket.ts"

export interface OpenBinlogOptions {
  /** The number by which the source knows this replica; no two replicas of one source may share it. */
  readonly serverId: number
  /** Ends the dump; the iteration then throws the signal's reason. */
  readonly signal: AbortSignal
  /**
   * Seconds after which an idle source sends a sign of life; default 15, as in Canal. After three of them without a
   * byte the connection is taken for dead.
   */
  readonly heartbeatPeriod?: number | undefined
  /** Table maps and rows of tables for which it says no are left out. Asked once per table map event. */
  readonly wantsTable?: BinlogDecoderOptions["wantsTable"]
  /** What a JSON column becomes of which an update logged the changes only; default `document`. */
  readonly partialJson?: PartialJsonForm | undefined
}

/** First bytes of what a source answers. */
const OK = 0x00
const END = 0xfe
const ERROR = 0xff

/** Error numbers of MySQL. */
const ACCESS_DENIED = 1045
const PRIVILEGE_MISSING = 1227

const GREATEST_OFFSET = 0xffff_ffff
const HEARTBEAT_PERIOD = 15
const SILENT_PERIODS = 3

/**
 * Connects as a replica and reads the binlog from a position on, for ever. Each array holds the events that came
 * together. While the consumer does not ask for the next array, nothing is read from the connection, and the source
 * waits. Ends only by an error or by the consumer; the connection is then closed at once.
 * @throws BinlogError with what happened, to which source, and what to do.
 */
export async function* openBinlog(
  source: SourceOptions,
  from: Position,
  options: OpenBinlogOptions,
): AsyncGenerator<readonly BinlogEvent[], void, void> {
  const { serverId, signal, wantsTable } = options
  const heartbeatPeriod = options.heartbeatPeriod ?? HEARTBEAT_PERIOD
  const connection = await connectSource(source, { signal })
  try {
    const { mariadb, checksum } = await prepareDump(connection, serverId, heartbeatPeriod)
    const start = "gtids" in from ? undefined : checkedStart(from, connection.where)
    const command = await dumpCommand(connection, from, serverId, mariadb)
    const decoder = new BinlogDecoder({
      checksum: checksum ? "crc32" : "none",
      partialJson: options.partialJson ?? "document",
      ...(wantsTable === undefined ? {} : { wantsTable }),
      ...(start === undefined ? {} : { file: start.file, position: start.offset }),
    })
    const silence = SILENT_PERIODS * heartbeatPeriod * 1000
    yield* dumpedEvents(connection, [registerReplica(serverId), command], decoder, silence, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw connectionError(connection.where, error)
  } finally {
    connection.destroy()
  }
}

async function dumpCommand(
  connection: SourceConnection,
  from: Position,
  serverId: number,
  mariadb: boolean,
): Promise<Buffer> {
  if (!("gtids" in from)) return binlogDump(serverId, from.file, from.offset)
  const { gtids } = from
  if ((gtids.flavor === "mariadb") !== mariadb) {
    throw new BinlogError(
      "POSITION_INVALID",
      `${connection.where}: a GTID set of ${gtids.flavor} means nothing to this ${mariadb ? "MariaDB" : "MySQL"}; begin at FILE:POS or at a set of its own`,
    )
  }
  if (gtids instanceof MysqlGtidSet) return binlogDumpGtid(serverId, gtids.encode())
  await connection.query(
    "SET @slave_connect_state=?, @slave_gtid_strict_mode=0, @slave_gtid_ignore_duplicates=0",
    [gtids.toString()],
  )
  return binlogDump(serverId, "", 0)
}

/** The protocol has four bytes for the offset of a dump by file. */
function checkedStart(from: FilePosition, where: string): FilePosition {
  if (from.offset <= GREATEST_OFFSET) return from
  throw new BinlogError(
    "POSITION_INVALID",
    `${where}: a dump cannot begin at ${from.file}:${from.offset}, behind the first 4 GiB of a file; begin by GTID set`,
  )
}

/** Sends commands and decodes all that follows; each command but the last, the dump, is answered before the next. */
async function* dumpedEvents(
  connection: SourceConnection,
  commands: readonly Buffer[],
  decoder: BinlogDecoder,
  silence: number,
  signal: AbortSignal,
): AsyncGenerator<readonly BinlogEvent[], void, void> {
  const { where } = connection
  const stream = connection.takeStream()
  const framer = new PacketFramer(announcedLength)
  const sums = new ChecksumRun()
  let sent = 0
  const send = (): void => {
    const command = commands[sent++]
    if (command === undefined) return
    framer.expectAnswer()
    stream.socket.write(command)
  }
  /** Decodes what has come, up to a large compressed transaction: its events are returned. */
  const decode = (events: BinlogEvent[]): InnerEvents | undefined => {
    while (framer.next()) {
      const { bytes, start, end } = framer
      const kind = start === end ? END : readUInt8(bytes, start)
      if (kind === ERROR) throw dumpError(where, readComplaint(bytes.subarray(start, end)))
      if (kind === END) throw new BinlogError("CONNECTION_LOST", `${where}: the source ended the dump`)
      if (kind !== OK) throw new BinlogError("MALFORMED", `${where}: an answer begins with byte ${kind}`)
      if (sent < commands.length) {
        send()
        continue
      }
      const isRight = decoder.hasChecksums && sums.covers(bytes, start + 1, end)
      const inner = decoder.decode(bytes, start + 1, end, events, isRight)
      if (inner !== undefined) return inner
    }
    return undefined
  }
  send()
  for await (const chunk of watchedChunks(stream, where, silence, signal)) {
    framer.push(chunk)
    /** Whether an event may refer to the chunk. */
    let isKept = false
    let inner: InnerEvents | undefined
    do {
      const events: BinlogEvent[] = []
      let failure: unknown
      try {
        inner = decode(events)
        isKept ||= inner !== undefined || events.some(mayReferToBytes)
      } catch (error) {
        // What came whole before it is good.
        failure = error
      }
      if (events.length > 0) yield events
      if (failure !== undefined) throw failure
      if (inner !== undefined) {
        for await (const array of inner) {
          signal.throwIfAborted()
          yield array
        }
      }
    } while (inner !== undefined)
    stream.giveBack(isKept)
  }
}

/** The length of an event's packet, its first byte included, out of the event's header. */
function announcedLength(start: Buffer): number {
  return start.length < 14 ? 0 : 1 + readUInt32(start, 10)
}

/** The password was right before: whoever is refused now lacks a privilege, though sources say it in the same words. */
function dumpError(where: string, complaint: SourceComplaint): BinlogError {
  const privilegeMissing = complaint.errno === ACCESS_DENIED
  return sourceError(where, privilegeMissing ? { ...complaint, errno: PRIVILEGE_MISSING } : complaint)
}

/** ERR packet: 0xff · 2 error number · "#" and 5 characters SQL state, from MySQL 4.1 on · the rest: the message. */
function readComplaint(payload: Buffer): SourceComplaint {
  const message = payload.toString("utf8", 3)
  return { errno: readUInt16(payload, 1), message: message.startsWith("#") ? message.slice(6) : message }
}
