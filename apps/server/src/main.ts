#!/usr/bin/env node
import { enableCompileCache } from "node:module"
import { setMemoryFlags } from "./memory-flags.ts"

// Before all that is to be loaded: compiled code is kept for the next start, which then takes half the time.
enableCompileCache()
setMemoryFlags()
const { canalServer } = await import("./canal-server.ts")
await canalServer()
