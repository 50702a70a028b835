// `npm run chaos`: the long form of chaos.live.test.ts, and how long it takes to take over.
import { runCommand } from "@canal/command-line"
import { command } from "./command.ts"
import { report } from "./report.ts"

await runCommand(command, report)
