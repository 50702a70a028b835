// Compiles the AssemblyScript of packages to WebAssembly and writes each module as a file of text. With --check it writes
// nothing, and ends with 1 if one of these files is not what the sources make.
import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

/** A source in a package's `assembly`, and the file beside its other sources that holds what it makes. */
interface Assembly {
  readonly folder: string
  readonly source: string
  readonly file: string
  readonly constant: string
}

const ASSEMBLIES: readonly Assembly[] = [
  {
    folder: "packages/server",
    source: "assembly/rows.ts",
    file: "src/encode/rows/rows-module.ts",
    constant: "ROWS_MODULE",
  },
  {
    folder: "packages/client",
    source: "assembly/images.ts",
    file: "src/decode/rows/images-module.ts",
    constant: "IMAGES_MODULE",
  },
]

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const compiler = join(dirname(fileURLToPath(import.meta.resolve("assemblyscript"))), "../bin/asc.js")

for (const assembly of ASSEMBLIES) {
  const { folder, source, file, constant } = assembly
  const path = join(root, folder, file)
  const made = `/** ${source}, compiled: the bytes of a WebAssembly module in base64. \`pnpm run assembly\` makes this file. */
export const ${constant} =
  "${(await compiled(assembly)).toString("base64")}"
`
  if (!process.argv.includes("--check")) await writeFile(path, made)
  else if ((await readFile(path, "utf8")) !== made) {
    process.stderr.write(`assembly: ${file} is not what ${folder}/assembly makes: pnpm run assembly\n`)
    process.exitCode = 1
  }
}

async function compiled({ folder, source }: Assembly): Promise<Buffer> {
  const scratch = await mkdtemp(join(tmpdir(), "canal-assembly-"))
  try {
    const module = join(scratch, "module.wasm")
    // No garbage collector, no checks that only its own library has.
    const options = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "--enable", "bulk-memory"]
    const args = [compiler, source, ...options, "--outFile", module]
    await promisify(execFile)(process.execPath, args, { cwd: join(root, folder) })
    return await readFile(module)
  } finally {
    await rm(scratch, { recursive: true })
  }
}
