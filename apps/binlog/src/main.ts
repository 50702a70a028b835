#!/usr/bin/env node
import { runCommand } from "@canal/command-line"
import { command } from "./command.ts"
import { look } from "./look.ts"

await runCommand(command, look)
