import { openBinlog, parseGtidSet } from "@canal/binlog-protocol"
import type { BinlogEvent, FilePosition, Position, SourceOptions } from "@canal/binlog-protocol"
import type { Change } from "../change.ts"
import { ParserError } from "../errors.ts"
import type { FilterSlot } from "../filter/table-filter.ts"
import { judgeFirstEvent } from "../locate/first-event.ts"
import { isFileStart } from "../locate/start-position.ts"
import type { FileStart, StartPosition } from "../locate/start-position.ts"
import { publishNotice } from "../notices.ts"
import type { SchemaCatalog } from "../schema/schema-catalog.ts"
import { TableResolver } from "../schema/table-resolver.ts"
import { ChangeReader } from "../transaction/change-reader.ts"
import { GtidTracker } from "../transaction/gtid-tracker.ts"
import { isPartOfGroup, ResumePoint } from "./resume-point.ts"

export interface DumpOptions {
  readonly serverId: number
  readonly signal: AbortSignal
  readonly heartbeatPeriod?: number
}
