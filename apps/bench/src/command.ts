import { type Command, flag, option } from "@canal/command-line"
import { z } from "zod"

const options = z.object({
  quick: flag("a fifth of everything or less, in under two minutes: rough, but enough to see a halving"),
  only: option(
    z.string().transform(readPattern).optional(),
    "PATTERN",
    "only figures whose name this regular expression matches, e.g. values/ or /wide$",
  ),
  json: option(
    z.string().min(1, "is empty").optional(),
    "FILE",
    "writes the figures to this file too, as JSON",
  ),
  compare: option(
    z.string().min(1, "is empty").optional(),
    "BASELINE.json",
    "measures the commit of this file (written by --json) and this tree in turn; a figure that lost more than 20 % ends it with 1",
  ),
  profile: option(
    z.string().min(1, "is empty").optional(),
    "DIR",
    "leaves a CPU profile of every measured process in this folder",
  ),
})

/** What the command line says, once read. */
export type BenchArguments = z.infer<typeof options>

export const command: Command<typeof options> = {
  name: "npm run bench --",
  summary:
    "Measures Canal beside its peers on a real MySQL of its own, checks every value that was read, and holds the figures against their floors.",
  usage: [
    "npm run bench -- [--quick] [--only PATTERN] [--json FILE] [--profile DIR]",
    "npm run bench -- --compare BASELINE.json [--quick] [--only PATTERN]",
  ],
  words: [],
  options,
  examples: [
    { line: "npm run bench", does: "everything; best with nothing else running" },
    { line: "npm run bench -- --quick --only values/", does: "rows to JavaScript values alone, roughly" },
    { line: "npm run bench -- --only '/wide$' --json wide.json", does: "all figures of the workload wide" },
    {
      line: "npm run bench -- --json main.json, and later: npm run bench -- --compare main.json",
      does: "tells what has become slower since then",
    },
  ],
  notes: [
    "Standard output has the table, standard error what is being done. Each measurement runs in a process of its own, in laps that alternate with its peer's; medians of rounds count. A ratio above 1 is better than the peer. What each figure means stands in apps/bench/README.md.",
    "--quick measures the same on a fifth of the rows or less, once instead of five times and beside the faster peer only; the transaction of 1 GB has 200 MB.",
    "Exit code 1 also says that a floor was missed, that something was read wrongly or that a figure was lost; 3 says that the commit of the baseline cannot be installed or run.",
  ],
}

function readPattern(text: string, context: z.RefinementCtx<string>): RegExp {
  try {
    return new RegExp(text)
  } catch (error) {
    context.addIssue({ code: "custom", message: error instanceof Error ? error.message : String(error) })
    return z.NEVER
  }
}
