#!/usr/bin/env node
import { runCommand } from "@canal/command-line"
import { command } from "./command.ts"
import { demonstrate } from "./demonstrate.ts"

await runCommand(command, demonstrate)
