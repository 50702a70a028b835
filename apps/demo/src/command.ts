import { parseSourceUrl } from "@canal/binlog-protocol"
import { type Command, option } from "@canal/command-line"
import { z } from "zod"

const options = z.object({
  changes: option(
    z.coerce.number("is not a number").int("is not a whole number").min(1, "is less than 1").optional(),
    "N",
    "ends after N changes; default goes on until Ctrl-C",
  ),
  source: option(
    z.string().superRefine(sourceUrl).optional(),
    "URL",
    "your own MySQL or MariaDB instead of a throwaway one: mysql://USER:PW@HOST:PORT",
    "CANAL_SOURCE",
  ),
})

/** What the command line says, once read. */
export type DemoArguments = z.infer<typeof options>

export const command: Command<typeof options> = {
  name: "npm run demo --",
  summary: "Shows row changes as they happen: a throwaway MySQL, a writer, the server and the client.",
  usage: ["npm run demo -- [--changes N] [--source URL]"],
  words: [],
  options,
  examples: [
    { line: "npm run demo", does: "until Ctrl-C, which ends everything and leaves nothing behind" },
    { line: "npm run demo -- --changes 20", does: "ends with 0 after twenty changes" },
  ],
  notes: [
    "With --source the writer works in a database of its own, canal_demo, which is dropped at the end. The user needs SELECT, REPLICATION SLAVE and REPLICATION CLIENT, and ALL on canal_demo.*.",
  ],
}

function sourceUrl(text: string, context: z.RefinementCtx<string>): void {
  try {
    parseSourceUrl(text)
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) })
  }
}
