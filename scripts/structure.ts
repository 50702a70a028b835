// Holds the code to the drawing in scripts/structure/layout.ts: which package may know which, which way imports flow
// inside a package, and that what is published is what is run from source. Prints one line per breach; ends with 1.
import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import { layout } from "./structure/layout.ts"
import { problemsOf } from "./structure/rules.ts"
import { readWorkspace } from "./structure/workspace.ts"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { packages, rootDependencies } = readWorkspace(root)
const workspace = new Set(packages.map(({ name }) => name))
const problems = packages.flatMap((subject) => problemsOf(subject, { layout, workspace, rootDependencies }))
for (const problem of problems) process.stderr.write(`${problem}\n`)
process.stderr.write(`structure: ${packages.length} packages, ${problems.length} problems\n`)
process.exitCode = problems.length === 0 ? 0 : 1
