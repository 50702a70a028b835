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
    folder: "packages/binlog-protocol",
    source: "assembly/values.ts",
    file: "src/rows/values-module.ts",
    constant: "VALUES_MODULE",
  },
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
const optimizer = join(dirname(fileURLToPath(import.meta.resolve("binaryen"))), "bin/wasm-opt")

/** No garbage collector, no checks that only its own library has. */
const COMPILED = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "--enable", "bulk-memory"]
/** Functions up to this size are put where they are called, which the engine does not do. */
const INLINED = "1000"
const OPTIMIZED = [
  "-O4",
  ...["always", "flexible", "one-caller"].flatMap((which) => [
    `--${which}-inline-max-function-size`,
    INLINED,
  ]),
  ...["simd", "bulk-memory", "mutable-globals", "sign-ext", "nontrapping-float-to-int"].map(
    (feature) => `--enable-${feature}`,
  ),
]

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
    const plain = join(scratch, "plain.wasm")
    const optimized = join(scratch, "optimized.wasm")
    await run(compiler, [source, ...COMPILED, "--outFile", plain], join(root, folder))
    await run(optimizer, [plain, ...OPTIMIZED, "-o", optimized], scratch)
    return await readFile(optimized)
  } finally {
    await rm(scratch, { recursive: true })
  }
}

async function run(program: string, args: readonly string[], folder: string): Promise<void> {
  await promisify(execFile)(process.execPath, [program, ...args], { cwd: folder })
}
