import { type Command, option } from "@canal/command-line"
import { z } from "zod"
import { backendNames } from "./backends.ts"

const options = z.object({
  faults: option(
    wholeNumber(1, 100_000).default(100),
    "N",
    "faults for each backend, one after another; default 100",
  ),
  backend: option(
    z.enum(backendNames, `is one of ${backendNames.join(", ")}`).optional(),
    "NAME",
    "one of zookeeper, etcd, redis; default all",
  ),
  seed: option(wholeNumber(0, 0xffff_ffff).optional(), "N", "repeats a run's choices; default random"),
})

/** What the command line says, once read. */
export type ChaosArguments = z.infer<typeof options>

export const command: Command<typeof options> = {
  name: "npm run chaos --",
  summary:
    "Kills, stops and cuts off servers and clients, backends and MySQL while they work, and checks every promise.",
  usage: ["npm run chaos -- [--faults N] [--backend NAME] [--seed N]"],
  words: [],
  options,
  examples: [
    { line: "npm run chaos", does: "a hundred faults over each backend, some 20 minutes" },
    { line: "npm run chaos -- --backend etcd --faults 15", does: "every kind of fault once, over etcd" },
  ],
  notes: [
    "Everything runs on this machine, on free ports of the loopback interface, and is ended at the end. Standard output has the result as a table; exit code 1 says that a promise was not held.",
  ],
}

function wholeNumber(least: number, greatest: number): z.ZodCoercedNumber {
  const range = `is a whole number from ${least} to ${greatest}`
  return z.coerce.number(range).int(range).min(least, range).max(greatest, range)
}
