import { BinlogError, parsePosition, parseSourceUrl } from "@canal/binlog-protocol"
import { type Command, flag, operands, option } from "@canal/command-line"
import { ParserError, tableFilter } from "@canal/parser"
import { zoneOffset } from "@canal/server"
import { z } from "zod"
import { parseBound } from "./select/bound.ts"
import { gtidFilter } from "./select/gtid-filter.ts"
import { parseTypes, TYPE_NAMES } from "./select/type-filter.ts"

const options = z.object({
  files: operands(z.array(z.string()).default([]), "FILE…", "binlog or relay log files, in their order"),
  source: option(
    z.string().transform(read(parseSourceUrl)).optional(),
    "URL",
    "a live MySQL or MariaDB instead of files: mysql://USER:PW@HOST:PORT",
    "CANAL_SOURCE",
  ),
  from: option(
    z.string().transform(read(parsePosition)).optional(),
    "FILE:POS|GTIDSET",
    "with --source: where to begin; default its current end",
  ),
  "server-id": option(
    wholeNumber(1, 4_294_967_295).optional(),
    "N",
    "with --source: the replica id shown to it; default a random one",
  ),
  format: option(
    z.enum(["text", "json"], "is one of text, json").default("text"),
    "FORMAT",
    "text for people, json for machines: one line per event; default text",
  ),
  labels: flag("in JSON, ENUM and SET as their labels where the source logs them, instead of as numbers"),
  base64: flag("in JSON, binary values as base64, instead of a character per byte"),
  "time-zone": option(
    z.string().transform(read(zone)).optional(),
    "ZONE",
    "in JSON, the time zone of TIMESTAMP, such as Europe/Berlin; default that of TZ, else UTC",
  ),
  "partial-json": option(
    z.enum(["document", "diffs"], "is one of document, diffs").default("document"),
    "FORM",
    "of a JSON document of which an update logged the changes only: the whole where the row has the old one, or always the changes; default document",
  ),
  stats: flag("a summary instead of the events: types, tables, largest transactions, time span, files"),
  table: option(
    z.string().min(1, "is empty").transform(read(tables)).optional(),
    "REGEX",
    "only row changes of tables that match: regular expressions on schema.table, separated by commas",
  ),
  type: option(
    z.string().transform(read(parseTypes)).optional(),
    "LIST",
    `only events of these types, separated by commas: ${TYPE_NAMES.join(", ")}`,
  ),
  gtid: option(
    z.string().transform(read(gtidFilter)).optional(),
    "SET",
    "only transactions of this GTID set; of MariaDB, exactly the GTIDs listed",
  ),
  start: option(
    z.string().transform(read(parseBound)).optional(),
    "FILE:POS|TIME",
    "begin at the event there, or at the first one from that time on (2026-11-22T12:34:56Z; UTC unless it says otherwise)",
  ),
  stop: option(
    z.string().transform(read(parseBound)).optional(),
    "FILE:POS|TIME",
    "end in front of the event there, or of the first one from that time on",
  ),
  follow: flag("go on as the last file is written, and in the files that its server begins after it"),
  "verify-with": option(
    z.string().min(1, "is empty").optional(),
    "PROGRAM",
    "compare what is in the files with what mysqlbinlog or mariadb-binlog prints of them",
  ),
})

/** What the command line says, once read. */
export type BinlogArguments = z.infer<typeof options>

export const command: Command<typeof options> = {
  name: "canal-binlog",
  summary: "Shows what is in binlogs of MySQL and MariaDB.",
  usage: ["canal-binlog FILE… [options]", "canal-binlog --source URL [--from FILE:POS|GTIDSET] [options]"],
  words: [],
  options,
  examples: [
    { line: "canal-binlog binlog.000007 --table 'shop\\.orders'", does: "the row changes of a table" },
    {
      line: "canal-binlog binlog.00000* --stats",
      does: "what is in several files, and their largest transactions",
    },
    {
      line: "canal-binlog binlog.000007 --format json --type rows | jq -c '[.table, .kind, .after]'",
      does: "rows for machines",
    },
    {
      line: "canal-binlog --source mysql://canal:canal@db1 --gtid 3e11fa47-71ca-11e1-9e33-c80aa9429562:23 --from binlog.000007:4",
      does: "one transaction, read from the source itself",
    },
    {
      line: "canal-binlog --verify-with mysqlbinlog binlog.000007",
      does: "checks this decoder against MySQL's",
    },
  ],
  notes: [
    "Names of columns are known where the source logs them (binlog_row_metadata=FULL); else they are @1, @2 and so on.",
    'In JSON, values are in Canal\'s text form, TIMESTAMP in the time zone that TZ names, or else in UTC; a column that the row image lacks is {"absent":true}. In text, long values are shortened and times are in UTC.',
    "Standard output has the data and nothing else; colours appear on a terminal only, unless NO_COLOR is set.",
  ],
}

function wholeNumber(least: number, greatest: number): z.ZodCoercedNumber {
  const range = `is a whole number from ${least} to ${greatest}`
  return z.coerce.number(range).int(range).min(least, range).max(greatest, range)
}

function zone(name: string): string {
  zoneOffset(name)
  return name
}

function tables(text: string): ReturnType<typeof tableFilter> {
  return tableFilter({ include: text })
}

/** Turns a parser's refusal into the option's. */
function read<Value>(parse: (text: string) => Value) {
  return (text: string, context: z.RefinementCtx<string>): Value => {
    try {
      return parse(text)
    } catch (error) {
      if (!(error instanceof BinlogError || error instanceof ParserError || error instanceof RangeError))
        throw error
      context.addIssue({ code: "custom", message: error.message })
      return z.NEVER
    }
  }
}
