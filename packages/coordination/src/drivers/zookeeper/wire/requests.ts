import type { JuteReader } from "./jute-reader.ts"
import type { JuteWriter } from "./jute-writer.ts"
import { readMultiCode, readStat, type SessionIdentity, type Stat } from "./replies.ts"

// The layouts of zookeeper.jute, with the numbers of ZooDefs.java. A request is a RequestHeader { int xid; int type; }
// and one of these; its answer is a ReplyHeader and what is said here.

/** Operation codes. */
export const OP = {
  DELETE: 2,
  EXISTS: 3,
  GET_DATA: 4,
  SET_DATA: 5,
  GET_CHILDREN: 8,
  SYNC: 9,
  CHECK: 13,
  MULTI: 14,
  CREATE2: 15,
  AUTH: 100,
  CLOSE_SESSION: -11,
} as const

/** Numbers of answers that belong to no request of the counted ones. */
export const XID = {
  WATCHER_EVENT: -1,
  AUTH: -4,
} as const

/** Stands for any version of a node. */
export const ANY_VERSION = -1

/** Something to ask, and how its answer is read. */
export interface Request<T> {
  readonly op: number
  /** Writes what follows the header. */
  readonly write: (writer: JuteWriter) => unknown
  /** Reads what follows the header of an answer that is no error. */
  readonly read: (reader: JuteReader) => T
}

/** The data as text, and the rest. */
export interface NodeState {
  readonly data: string
  readonly stat: Stat
}

/** Where nothing more is wanted than the code. */
const nothing = (): undefined => undefined

const EPHEMERAL = 1
const PERSISTENT = 0
const ALL_PERMISSIONS = 31

const NO_SESSION: SessionIdentity = { id: 0n, password: Buffer.alloc(16) }

/**
 * ConnectRequest { int protocolVersion; long lastZxidSeen; int timeOut; long sessionId; buffer passwd; } and, since 3.4,
 * bool readOnly: whether a server without a quorum would do. Without a header.
 * @param timeout milliseconds to ask for
 */
export function writeConnect(
  writer: JuteWriter,
  lastZxid: bigint,
  timeout: number,
  { id, password }: SessionIdentity = NO_SESSION,
): void {
  writer.int(0).long(lastZxid).int(timeout).long(id).buffer(password).bool(false)
}

/**
 * SyncRequest { ustring path; } Answered when the leader has seen the session, and this server all that was written
 * before.
 */
export function sync(): Request<undefined> {
  return { op: OP.SYNC, write: (writer) => writer.ustring("/"), read: nothing }
}

/** ExistsRequest { ustring path; boolean watch; }, answered by { Stat stat; } */
export function exists(path: string, watch: boolean): Request<Stat> {
  return { op: OP.EXISTS, write: (writer) => writer.ustring(path).bool(watch), read: readStat }
}

/** GetDataRequest { ustring path; boolean watch; }, answered by { buffer data; Stat stat; } */
export function getData(path: string): Request<NodeState> {
  return {
    op: OP.GET_DATA,
    write: (writer) => writer.ustring(path).bool(false),
    read: (reader) => ({ data: reader.ustring(), stat: readStat(reader) }),
  }
}

/** GetChildrenRequest { ustring path; boolean watch; }, answered by { vector<ustring> children; } */
export function getChildren(path: string): Request<readonly string[]> {
  return {
    op: OP.GET_CHILDREN,
    write: (writer) => writer.ustring(path).bool(false),
    read: (reader) => reader.vector(() => reader.ustring()),
  }
}

/**
 * CreateRequest { ustring path; buffer data; vector<ACL> acl; int flags; } with ACL { int perms; Id id; } and
 * Id { ustring scheme; ustring id; }, answered by { ustring path; Stat stat; }. The node is open to all.
 */
export function create(path: string, data: Buffer, ephemeral: boolean): Request<Stat> {
  return {
    op: OP.CREATE2,
    write: (writer) =>
      writer
        .ustring(path)
        .buffer(data)
        .int(1)
        .int(ALL_PERMISSIONS)
        .ustring("world")
        .ustring("anyone")
        .int(ephemeral ? EPHEMERAL : PERSISTENT),
    read(reader) {
      reader.ustring()
      return readStat(reader)
    },
  }
}

/** SetDataRequest { ustring path; buffer data; int version; }, answered by { Stat stat; } */
export function setData(path: string, data: Buffer, version: number): Request<Stat> {
  return {
    op: OP.SET_DATA,
    write: (writer) => writer.ustring(path).buffer(data).int(version),
    read: readStat,
  }
}

/** DeleteRequest { ustring path; int version; } */
export function deleteNode(path: string, version: number): Request<undefined> {
  return { op: OP.DELETE, write: (writer) => writer.ustring(path).int(version), read: nothing }
}

/** CheckVersionRequest { ustring path; int version; }, within a multi alone. */
export function check(path: string, version: number): Request<undefined> {
  return { op: OP.CHECK, write: (writer) => writer.ustring(path).int(version), read: nothing }
}

/**
 * All of these deletes and checks or none. A MultiHeader { int type; boolean done; int err; } stands before each, and one
 * that is done behind the last. Answered by the code of the one that failed, or 0.
 */
export function multi(requests: readonly Request<undefined>[]): Request<number> {
  return {
    op: OP.MULTI,
    write(writer) {
      for (const { op, write } of requests) write(writer.int(op).bool(false).int(-1))
      writer.int(-1).bool(true).int(-1)
    },
    read: readMultiCode,
  }
}

/** AuthPacket { int type; ustring scheme; buffer auth; } @param credentials `user:password` */
export function auth(credentials: string): Request<undefined> {
  return {
    op: OP.AUTH,
    write: (writer) => writer.int(0).ustring("digest").ustring(credentials),
    read: nothing,
  }
}

/** Ends the session. */
export function closeSession(): Request<undefined> {
  return { op: OP.CLOSE_SESSION, write: nothing, read: nothing }
}
