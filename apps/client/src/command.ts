import { backendOptions } from "@canal/backend"
import { ClientError, parseServers } from "@canal/client"
import { type Command, option } from "@canal/command-line"
import { z } from "zod"

const options = z.object({
  server: option(
    z.string().superRefine(servers).optional(),
    "HOST:PORT",
    "the Canal server; several, separated by commas, stand by for each other; default 127.0.0.1:11111, unless the server is found by --zk, --etcd or --redis",
  ),
  ...backendOptions,
  destination: option(
    z.string().min(1, "is empty").default("example"),
    "NAME",
    "whose changes: the server's name for the source; default example",
  ),
  "client-id": option(
    wholeNumber(-32_768, 32_767).default(1001),
    "N",
    "which consumer this is; each id has its own place in the stream; default 1001",
  ),
  filter: option(
    z.string().min(1, "is empty").optional(),
    "REGEX",
    "the tables wanted: regular expressions on schema.table, separated by commas; default all that the server has",
  ),
  user: option(z.string().default(""), "U", "the user, where the server asks for one"),
  password: option(
    z.string().default(""),
    "P",
    "the password, where the server asks for one",
    "CANAL_PASSWORD",
  ),
  format: option(
    z.enum(["pretty", "json"], "is one of pretty, json").default("pretty"),
    "FORMAT",
    "pretty for people, json for machines: one line of Canal's FlatMessage per event; default pretty",
  ),
  changes: option(
    wholeNumber(1, Number.MAX_SAFE_INTEGER).optional(),
    "N",
    "end after N changed rows and structure changes; default never",
  ),
})

/** What the command line says, once read. */
export type ClientArguments = z.infer<typeof options>

export const command: Command<typeof options> = {
  name: "canal-client",
  summary: "Shows the row changes that a Canal server delivers, as they happen.",
  usage: ["canal-client watch [options]"],
  words: ["watch"],
  options,
  examples: [
    {
      line: "canal-client watch --server db1:11111 --destination shop",
      does: "shows every change of destination shop, for people",
    },
    {
      line: "canal-client watch --zk zk1:2181,zk2:2181,zk3:2181 --destination shop",
      does: "finds the server that runs shop; of all clients with this id one is active, the others stand by",
    },
    {
      line: "canal-client watch --filter 'shop\\.order.*' --format json --changes 10 | jq .data",
      does: "ten changes of some tables of destination example, for machines",
    },
  ],
  notes: [
    "A batch is acknowledged once it is written out; what was not acknowledged comes again at the next start. --changes that ends within a batch leaves that batch unacknowledged.",
    "Ctrl-C ends after the batch at hand. While no server answers the command waits, and says so once a minute.",
    "Standard output has the changes and nothing else; colours appear on a terminal only, unless NO_COLOR is set.",
  ],
}

function wholeNumber(least: number, greatest: number): z.ZodCoercedNumber {
  const range = `is a whole number from ${least} to ${greatest}`
  return z.coerce.number(range).int(range).min(least, range).max(greatest, range)
}

function servers(text: string, context: z.RefinementCtx<string>): void {
  try {
    parseServers(text)
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    context.addIssue({ code: "custom", message: error.message })
  }
}
