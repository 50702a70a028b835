#!/usr/bin/env node
import { runCommand } from "@canal/command-line"
import { command } from "./command.ts"
import { serve } from "./serve.ts"

await runCommand(command, serve)
