/*
 * The differences from recorded Java that are allowed. Each has a line, with its reason, in the table of
 * docs/canal-compatibility.md under exactly this name.
 */

export const RULE_NAMES = [
  "mysqlType: letter case",
  "mysqlType: synonyms",
  "mysqlType: ZEROFILL",
  "mysqlType: display width",
  "mysqlType: (M,D) of FLOAT and DOUBLE",
  "mysqlType: JSON of MariaDB",
  "DECIMAL in full scale",
  "shortest floating point digits",
  "JSON text of MySQL",
  "document after a partial JSON update",
  "key of a MINIMAL update in FlatMessage",
  "JSON of MariaDB as text",
  "UUID, INET4, INET6 as text",
  "UNIQUE NOT NULL as key",
  "database name without back-ticks",
  "statement that Java cannot parse",
  "begin of MariaDB",
  "compressed DDL of MariaDB",
  "behind where Java stops",
  "character set of the column",
  "VARCHAR CHARACTER SET binary as bytes",
  "tagged GTID",
] as const
export type RuleName = (typeof RULE_NAMES)[number]
