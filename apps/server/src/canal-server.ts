import { runCommand } from "@canal/command-line"
import { command } from "./command.ts"
import { serve } from "./serve.ts"

/** Runs the command as it was typed, and sets the exit code. */
export async function canalServer(): Promise<void> {
  await runCommand(command, serve)
}
