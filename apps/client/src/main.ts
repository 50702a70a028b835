#!/usr/bin/env node
import { runCommand } from "@canal/command-line"
import { command } from "./command.ts"
import { watch } from "./watch.ts"

await runCommand(command, watch)
