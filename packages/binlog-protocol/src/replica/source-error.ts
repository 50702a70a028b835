import { BinlogError, type BinlogErrorCode } from "../errors.ts"

/** An error as a source states it. */
export interface SourceComplaint {
  readonly errno: number
  readonly message: string
}

/** MySQL's error numbers ("Server Error Message Reference") that have a meaning of their own here. */
const CODES: ReadonlyMap<number, BinlogErrorCode> = new Map([
  [1044, "ACCESS_DENIED"],
  [1045, "ACCESS_DENIED"],
  [1698, "ACCESS_DENIED"],
  [1227, "PRIVILEGE_MISSING"],
  [1142, "PRIVILEGE_MISSING"],
  [1040, "CONNECTION_LOST"],
  [1053, "CONNECTION_LOST"],
  [1927, "CONNECTION_LOST"],
  [4052, "DUPLICATE_SERVER_ID"],
])

/** 1236, ER_SOURCE_FATAL_ERROR_READING_BINLOG, stands for many things; only its text tells which. */
const DUMP_ERRORS: readonly (readonly [RegExp, BinlogErrorCode])[] = [
  [
    /same server_(u?u?id)|same server[_ ]id|replica with the same|slave with the same/i,
    "DUPLICATE_SERVER_ID",
  ],
  [/binary log is not open/i, "BINLOG_OFF"],
  [/could not find first log file|purged|missing/i, "POSITION_PURGED"],
  [/not (?:found )?in the (?:master|source|primary)'s binlog/i, "POSITION_PURGED"],
  [
    /position > file size|impossible position|bogus data|event is exceeding|log event entry exceeded|start_pos/i,
    "POSITION_INVALID",
  ],
]

const ADVICE: Partial<Record<BinlogErrorCode, string>> = {
  ACCESS_DENIED: "; check the user and the password, and from which hosts the user may connect",
  PRIVILEGE_MISSING: "; GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* to the user",
  BINLOG_OFF: "; start the source with log_bin",
  POSITION_PURGED:
    "; the source no longer has what comes next: begin at a later position, and load what was missed another way",
  POSITION_INVALID: "; begin at the start of an event, e.g. at FILE:4",
  DUPLICATE_SERVER_ID: "; choose a server id that no other replica of this source uses",
}

/** For the complaints about a dump that have no code of their own. */
const DUMP_ADVICE =
  "; the position may lie inside an event, or the source's binlog may be damaged: begin at the start of an event, e.g. at FILE:4"

/** The error that a source's complaint means. `where` names the source. */
export function sourceError(where: string, complaint: SourceComplaint, cause?: unknown): BinlogError {
  const { errno, message } = complaint
  const code =
    (errno === 1236 ? DUMP_ERRORS.find(([text]) => text.test(message))?.[1] : CODES.get(errno)) ??
    "SOURCE_ERROR"
  const advice = ADVICE[code] ?? (errno === 1236 ? DUMP_ADVICE : "")
  return new BinlogError(code, `${where}: ${message} (error ${errno})${advice}`, { cause })
}

/**
 * What a failed attempt to connect or a broken connection means. Errors that neither the driver nor the system reports
 * pass as they are: they are of our own making.
 */
export function connectionError(where: string, error: unknown): unknown {
  if (error instanceof BinlogError || !(error instanceof Error)) return error
  if (!("code" in error || "fatal" in error)) return error
  const code = "code" in error && typeof error.code === "string" ? error.code : ""
  if (isTlsProblem(code)) {
    return new BinlogError(
      "TLS_FAILED",
      `${where}: ${error.message}; check the certificate authority and the host name, or choose another TLS mode`,
      { cause: error },
    )
  }
  if ("errno" in error && typeof error.errno === "number" && error.errno > 0) {
    return sourceError(where, { errno: error.errno, message: error.message }, error)
  }
  return new BinlogError("CONNECTION_LOST", `${where}: ${error.message || code}`, { cause: error })
}

function isTlsProblem(code: string): boolean {
  return (
    /^(ERR_TLS|ERR_SSL|CERT_|HANDSHAKE_SSL|HANDSHAKE_NO_SSL|EPROTO)/.test(code) ||
    /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/.test(code)
  )
}
