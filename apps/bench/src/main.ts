// `npm run bench`: how fast Canal is, beside its peers and against its floors.
import { runCommand } from "@canal/command-line"
import { command } from "./command.ts"
import { runBench } from "./run-bench.ts"

await runCommand(command, runBench)
