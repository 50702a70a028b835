// `npm run bench`: how fast Canal is, beside its peers and against its floors.
import { runCommand } from "@canal/command-line"
import { command } from "./command.ts"
import { BaselineUnusable } from "./compare/worktree.ts"
import { runBench } from "./run-bench.ts"

const BASELINE_UNUSABLE = 3

await runCommand(command, async (args, context) => {
  try {
    await runBench(args, context)
  } catch (error) {
    if (!(error instanceof BaselineUnusable)) throw error
    context.say(`${command.name}: ${error.message}`)
    process.exit(BASELINE_UNUSABLE)
  }
})
