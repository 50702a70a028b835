import { readSafeInteger } from "../wire/int64.ts"
import { leave, type MessageReader, nestedEnd, skipField } from "../wire/message-reader.ts"
import { type EventType, eventTypeOf, type SourceType, sourceTypeOf } from "./enums.ts"
import { type Pair, readPair } from "./pair.ts"

/**
 * Where an entry comes from. `undefined` is a field that is absent.
 * Layout: 1 version, 2 logfileName, 3 logfileOffset, 4 serverId, 5 serverenCode, 6 executeTime, 7 sourceType,
 * 8 schemaName, 9 tableName, 10 eventLength, 11 eventType, 12 props, 13 gtid.
 */
export interface EntryHeader {
  readonly version: number
  /** The binlog file. */
  readonly logfileName: string
  /** Where the event begins in that file. */
  readonly logfileOffset: number
  readonly serverId: number
  readonly serverenCode: string
  /** Milliseconds since 1970, whole seconds. */
  readonly executeTime: number
  readonly sourceType: SourceType
  readonly schemaName: string | undefined
  readonly tableName: string | undefined
  /** Bytes of the event in the binlog. */
  readonly eventLength: number
  /** Absent on begin and end. */
  readonly eventType: EventType | undefined
  readonly props: readonly Pair[]
  /** The GTID set up to and with this transaction, in GTID mode only. */
  readonly gtid: string | undefined
}

export function readHeader(reader: MessageReader, end: number): EntryHeader {
  let version = 1
  let logfileName = ""
  let logfileOffset = 0
  let serverId = 0
  let serverenCode = ""
  let executeTime = 0
  let sourceType: SourceType = "MYSQL"
  let schemaName: string | undefined
  let tableName: string | undefined
  let eventLength = 0
  let eventType: EventType | undefined
  const props: Pair[] = []
  let gtid: string | undefined
  while (reader.pos < end) {
    const tag = reader.uint32()
    switch (tag) {
      case 0x08:
        version = reader.int32()
        break
      case 0x12:
        logfileName = reader.knownString()
        break
      case 0x18:
        logfileOffset = readSafeInteger(reader)
        break
      case 0x20:
        serverId = readSafeInteger(reader)
        break
      case 0x2a:
        serverenCode = reader.knownString()
        break
      case 0x30:
        executeTime = readSafeInteger(reader)
        break
      case 0x38:
        sourceType = sourceTypeOf(reader.int32())
        break
      case 0x42:
        schemaName = reader.knownString()
        break
      case 0x4a:
        tableName = reader.knownString()
        break
      case 0x50:
        eventLength = readSafeInteger(reader)
        break
      case 0x58:
        eventType = eventTypeOf(reader.int32())
        break
      case 0x62:
        props.push(readPair(reader, nestedEnd(reader, end)))
        break
      case 0x6a:
        gtid = reader.knownString()
        break
      default:
        skipField(reader, tag)
    }
  }
  leave(reader, end)
  return {
    version,
    logfileName,
    logfileOffset,
    serverId,
    serverenCode,
    executeTime,
    sourceType,
    schemaName,
    tableName,
    eventLength,
    eventType,
    props,
    gtid,
  }
}
