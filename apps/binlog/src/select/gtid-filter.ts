import { formatGtid, type Gtid, MysqlGtidSet } from "@canal/binlog-protocol"

/** Which transactions are wanted. */
export type GtidFilter = (gtid: Gtid) => boolean

const MARIADB = /^\d+-\d+-\d+$/

/** Reads a GTID set of MySQL, or a list of GTIDs of MariaDB, of which each stands for itself alone. */
export function gtidFilter(text: string): GtidFilter {
  const parts = text.split(",").map((part) => part.trim())
  if (parts.every((part) => MARIADB.test(part))) {
    const wanted = new Set(parts)
    return (gtid) => gtid.flavor === "mariadb" && wanted.has(formatGtid(gtid))
  }
  const set = MysqlGtidSet.parse(text)
  return (gtid) => gtid.flavor === "mysql" && set.contains(gtid)
}
