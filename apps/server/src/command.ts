import { backendOptions } from "@canal/backend"
import { parsePosition, parseSourceUrl } from "@canal/binlog-protocol"
import { type Command, option, options as several } from "@canal/command-line"
import { type StartPosition, tableFilter } from "@canal/parser"
import { z } from "zod"

const options = z.object({
  source: several(
    z.array(
      z.string().transform(read(parseSourceUrl)),
      "is missing; say which MySQL or MariaDB to follow: mysql://USER:PW@HOST:PORT",
    ),
    "URL",
    "the MySQL or MariaDB to follow: mysql://USER:PW@HOST:PORT; several times for several destinations",
    "CANAL_SOURCE",
  ),
  destination: several(
    z.array(z.string().regex(/^[\w.-]+$/, "may hold letters, digits, and . _ - only")).default(["example"]),
    "NAME",
    "how clients call the source's queue, one for each --source in their order; default example",
  ),
  port: option(
    wholeNumber(0, 65_535).default(11_111),
    "N",
    "the port for clients; default 11111, 0 takes a free one",
  ),
  bind: option(z.string().optional(), "ADDR", "the address for clients; default all"),
  data: option(
    z.string().default("data"),
    "DIR",
    "where the cursors are kept, unless --zk, --etcd or --redis keeps them; default ./data",
  ),
  from: option(
    z.string().transform(read(startPosition)).optional(),
    "FILE:POS|GTIDSET",
    "where to begin while the destination has no cursor; default the source's current end",
  ),
  filter: option(
    filterText("include").optional(),
    "REGEX",
    "tables to deliver: regular expressions on schema.table, separated by commas; default all",
  ),
  exclude: option(filterText("exclude").optional(), "REGEX", "tables to leave out, the same way"),
  "partial-json": option(
    z.enum(["document", "diffs"], "is document or diffs").default("document"),
    "FORM",
    "a JSON column of which the source logged changes only: document, or diffs, Canal's JSON_REPLACE(…) text; default document",
  ),
  user: option(z.string().min(1, "is empty").optional(), "U", "the user that clients must name"),
  password: option(z.string().optional(), "P", "the password that clients must know", "CANAL_PASSWORD"),
  ...backendOptions,
  advertise: option(
    z
      .string()
      .regex(/^[\w.:-]+$/, "is a host name or an IP address")
      .optional(),
    "HOST",
    "the host by which clients and other servers reach this one; default --bind, or else its first IPv4 address that is no loopback",
  ),
  session: option(
    wholeNumber(500, 3_600_000).optional(),
    "MS",
    "after how long a silence this server counts as gone; default 20000",
  ),
  protection: option(
    wholeNumber(0, 3_600_000).default(5000),
    "MS",
    "how long the others leave a destination to a server that crashed; default 5000",
  ),
  tls: option(
    z
      .enum(["off", "preferred", "required", "verified"], "is one of off, preferred, required, verified")
      .default("preferred"),
    "MODE",
    "TLS to the source: off, preferred, required, or verified (its certificate is checked); default preferred",
  ),
  ca: option(z.string().optional(), "FILE", "the certificate authority for --tls verified, as PEM"),
  "server-id": option(
    wholeNumber(1, 4_294_967_295).optional(),
    "N",
    "the replica id shown to the source; default a random one",
  ),
})

/** What the command line says, once read. */
export type ServerArguments = z.infer<typeof options>

export const command: Command<typeof options> = {
  name: "canal-server",
  summary: "Follows a MySQL or MariaDB as a replica and serves its row changes to Canal clients.",
  usage: [
    "canal-server --source mysql://USER:PW@HOST:PORT [options]",
    "canal-server --destination NAME --source URL --destination NAME --source URL … [options]",
  ],
  words: [],
  options,
  examples: [
    {
      line: "canal-server --source mysql://canal:secret@db1:3306",
      does: "serves destination example on port 11111, keeps cursors in ./data",
    },
    {
      line: "CANAL_SOURCE=mysql://canal:secret@db1 canal-server --destination shop --filter 'shop\\..*'",
      does: "the tables of schema shop only; the source's password stays out of the process list",
    },
    {
      line: "canal-server --source mysql://canal:secret@db1 --zk zk1:2181,zk2:2181,zk3:2181",
      does: "the same on two machines: one serves, the other stands by, and cursors are kept in ZooKeeper",
    },
  ],
  notes: [
    "The source needs log_bin, binlog_format=ROW, and a user with SELECT, REPLICATION SLAVE and REPLICATION CLIENT. With binlog_row_metadata=FULL every event carries its column names; without it they are read from information_schema as they are now.",
    "TIMESTAMP columns are delivered in the time zone that TZ names, or else in UTC.",
  ],
}

function wholeNumber(least: number, greatest: number): z.ZodCoercedNumber {
  const range = `is a whole number from ${least} to ${greatest}`
  return z.coerce.number(range).int(range).min(least, range).max(greatest, range)
}

function filterText(side: "include" | "exclude"): z.ZodType<string, string> {
  return z.string().transform(
    read((text) => {
      tableFilter({ [side]: text })
      return text
    }),
  )
}

/** A position that a user names is one at which nothing was delivered yet. */
function startPosition(text: string): StartPosition {
  const position = parsePosition(text)
  return "gtids" in position ? { gtids: position.gtids.toString() } : { ...position, included: true }
}

/** A reader of text whose error becomes the option's message. */
function read<T>(parse: (text: string) => T): (text: string, context: z.RefinementCtx<string>) => T {
  return (text, context) => {
    try {
      return parse(text)
    } catch (error) {
      context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) })
      return z.NEVER
    }
  }
}
