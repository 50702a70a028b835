import { randomUUID } from "node:crypto"
import { BinlogError } from "../errors.ts"
import type { SourceConnection } from "./source-connection.ts"

/** What a source is told about a replica before it dumps, and what it said. */
export interface DumpSession {
  readonly mariadb: boolean
  /** Whether events end with a CRC32. */
  readonly checksum: boolean
}

/** Seconds that either side may need for one read or write: a replica that is held back must not be cut off. */
const NET_TIMEOUT = 7200
const WAIT_TIMEOUT = 9_999_999
/** MariaDB: the replica knows GTID events. */
const MARIADB_CAPABILITY_GTID = 4
const UNKNOWN_SYSTEM_VARIABLE = 1193

/** The same for all dumps of this process, so that a source ends a dump that it still believes alive. */
const processUuid = randomUUID()

/** Sets what the dump needs on its connection, and finds out how the source will send events. */
export async function prepareDump(
  connection: SourceConnection,
  serverId: number,
  heartbeatPeriod: number,
): Promise<DumpSession> {
  const [about] = await connection.query("SELECT VERSION() AS version, @@version_comment AS comment")
  const mariadb = /mariadb/i.test(`${about?.["version"]} ${about?.["comment"]}`)
  const nanoseconds = Math.round(heartbeatPeriod * 1e9)
  const uuid = `${serverId.toString(16).padStart(8, "0")}${processUuid.slice(8)}`
  await connection.query(
    `SET SESSION wait_timeout=${WAIT_TIMEOUT}, net_write_timeout=${NET_TIMEOUT}, net_read_timeout=${NET_TIMEOUT}`,
  )
  await connection.query(
    `SET @master_heartbeat_period=${nanoseconds}, @source_heartbeat_period=${nanoseconds}, @slave_uuid='${uuid}', @replica_uuid='${uuid}', @mariadb_slave_capability=${MARIADB_CAPABILITY_GTID}`,
  )
  return { mariadb, checksum: await negotiateChecksum(connection) }
}

/** Sources before MySQL 5.6 and MariaDB 5.3 know no checksum. Others want to hear that we do. */
async function negotiateChecksum(connection: SourceConnection): Promise<boolean> {
  try {
    await connection.query(
      "SET @master_binlog_checksum=@@global.binlog_checksum, @source_binlog_checksum=@@global.binlog_checksum",
    )
  } catch (error) {
    if (error instanceof BinlogError && errorNumber(error.cause) === UNKNOWN_SYSTEM_VARIABLE) return false
    throw error
  }
  const [row] = await connection.query("SELECT @master_binlog_checksum AS checksum")
  return row?.["checksum"] === "CRC32"
}

function errorNumber(error: unknown): number | undefined {
  return error instanceof Error && "errno" in error && typeof error.errno === "number"
    ? error.errno
    : undefined
}
