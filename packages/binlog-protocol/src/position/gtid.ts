/** A transaction of MySQL: the server (and tag) that gave it its number. */
export interface MysqlGtid {
  readonly flavor: "mysql"
  /** UUID of the server in lower case with hyphens. */
  readonly sourceId: string
  /** "" where there is none; else in lower case. */
  readonly tag: string
  readonly sequence: number
}

/** A transaction of MariaDB. */
export interface MariadbGtid {
  readonly flavor: "mariadb"
  readonly domain: number
  readonly serverId: number
  readonly sequence: number
}

export type Gtid = MysqlGtid | MariadbGtid

/** `uuid:7`, `uuid:tag:7` or `0-1-7`. */
export function formatGtid(gtid: Gtid): string {
  if (gtid.flavor === "mariadb") return `${gtid.domain}-${gtid.serverId}-${gtid.sequence}`
  return gtid.tag === ""
    ? `${gtid.sourceId}:${gtid.sequence}`
    : `${gtid.sourceId}:${gtid.tag}:${gtid.sequence}`
}
