import type { JuteReader } from "./jute-reader.ts"

/** ReplyHeader { int xid; long zxid; int err; } */
export interface ReplyHeader {
  readonly xid: number
  /** The last transaction that the server knew; -1 where it does not say. */
  readonly zxid: bigint
  readonly code: number
}

export function readReplyHeader(reader: JuteReader): ReplyHeader {
  return { xid: reader.int(), zxid: reader.long(), code: reader.int() }
}

/** What a server needs to know to go on with a session. */
export interface SessionIdentity {
  readonly id: bigint
  readonly password: Buffer
}

export interface ConnectResponse {
  /** Milliseconds of session timeout; 0 or less where the session is over. */
  readonly timeout: number
  readonly identity: SessionIdentity
}

/** ConnectResponse { int protocolVersion; int timeOut; long sessionId; buffer passwd; } and, since 3.4, bool readOnly */
export function readConnectResponse(reader: JuteReader): ConnectResponse {
  reader.int()
  const timeout = reader.int()
  return { timeout, identity: { id: reader.long(), password: Buffer.from(reader.buffer()) } }
}

/** What ZooKeeper says of a node, as far as it is asked for. */
export interface Stat {
  /** Transaction that created the node. */
  readonly czxid: bigint
  /** Milliseconds since 1970 when it was created. */
  readonly ctime: bigint
  /** How often its data was written since. */
  readonly version: number
  /** Session of an ephemeral node; 0 of any other. */
  readonly ephemeralOwner: bigint
}

/**
 * Stat { long czxid; long mzxid; long ctime; long mtime; int version; int cversion; int aversion; long ephemeralOwner;
 * int dataLength; int numChildren; long pzxid; }
 */
export function readStat(reader: JuteReader): Stat {
  const czxid = reader.long()
  reader.long()
  const ctime = reader.long()
  reader.long()
  const version = reader.int()
  reader.int()
  reader.int()
  const ephemeralOwner = reader.long()
  reader.int()
  reader.int()
  reader.long()
  return { czxid, ctime, version, ephemeralOwner }
}

const NODE_EVENTS = 4

/** WatcherEvent { int type; int state; ustring path; } @returns the node that changed; undefined where none did */
export function readWatcherEvent(reader: JuteReader): string | undefined {
  const type = reader.int()
  reader.int()
  const path = reader.ustring()
  return type >= 1 && type <= NODE_EVENTS ? path : undefined
}

const ERROR = -1
const OK = 0

/**
 * What became of a multi of deletes and checks: a MultiHeader { int type; boolean done; int err; } each, and
 * ErrorResult { int err; } where it failed as a whole. Those before the failing one say 0, those behind it something else.
 * @returns the code of the one that failed
 */
export function readMultiCode(reader: JuteReader): number {
  let failure = OK
  for (;;) {
    const type = reader.int()
    const isDone = reader.bool()
    const code = reader.int()
    if (isDone) return failure
    if (type === ERROR) reader.int()
    if (failure === OK) failure = code
  }
}
