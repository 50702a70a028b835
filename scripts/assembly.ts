// Compiles packages/server/assembly to WebAssembly and writes it to packages/server/src/encode/rows/rows-module.ts. With
// --check it writes nothing, and ends with 1 if that file is not what the sources make.
import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const server = fileURLToPath(new URL("../packages/server", import.meta.url))
const file = join(server, "src/encode/rows/rows-module.ts")
const compiler = join(dirname(fileURLToPath(import.meta.resolve("assemblyscript"))), "../bin/asc.js")

const made = `/** assembly/rows.ts, compiled: the bytes of a WebAssembly module in base64. \`pnpm run assembly\` makes this file. */
export const ROWS_MODULE =
  "${(await compiled()).toString("base64")}"
`
if (!process.argv.includes("--check")) await writeFile(file, made)
else if ((await readFile(file, "utf8")) !== made) {
  process.stderr.write(
    "assembly: rows-module.ts is not what packages/server/assembly makes: pnpm run assembly\n",
  )
  process.exitCode = 1
}

async function compiled(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), "canal-assembly-"))
  try {
    const module = join(folder, "rows.wasm")
    // No garbage collector, no checks that only its own library has.
    const options = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "--enable", "bulk-memory"]
    const args = [compiler, "assembly/rows.ts", ...options, "--outFile", module]
    await promisify(execFile)(process.execPath, args, { cwd: server })
    return await readFile(module)
  } finally {
    await rm(folder, { recursive: true })
  }
}
