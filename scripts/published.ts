// Packs every public package as it would be published, checks the archives with publint, installs them all into an
// empty project, and uses each once from there: libraries are imported, commands asked for --help.
import { execFile } from "node:child_process"
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { publint } from "publint"
import { formatMessage } from "publint/utils"
import { z } from "zod"

const run = promisify(execFile)
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const manifestSchema = z.object({
  name: z.string(),
  private: z.boolean().optional(),
  bin: z.record(z.string(), z.string()).optional(),
  exports: z.record(z.string(), z.unknown()).optional(),
})

const project = await mkdtemp(join(tmpdir(), "canal-published-"))
try {
  const packages = await publicPackages()
  const problems: string[] = []
  const archives: string[] = []
  for (const { folder, manifest } of packages) {
    // `@canal/client` and `canal-client` would get the same name.
    const archive = `${manifest.name.replace("/", "+")}.tgz`
    await run("pnpm", ["pack", "--out", join(project, archive)], { cwd: folder })
    archives.push(archive)
  }
  for (const archive of archives) {
    const { messages, pkg } = await publint({ pack: { tarball: await archiveBytes(archive) } })
    for (const message of messages)
      problems.push(`${archive}: ${formatMessage(message, pkg) ?? message.code}`)
  }
  await writeFile(join(project, "package.json"), '{"private":true,"type":"module"}\n')
  await run(
    "npm",
    ["install", "--no-audit", "--no-fund", "--loglevel=error", ...archives.map((name) => `./${name}`)],
    {
      cwd: project,
    },
  )
  for (const { manifest } of packages) {
    for (const subpath of Object.keys(manifest.exports ?? {})) {
      const name = manifest.name + subpath.slice(1)
      await run(
        process.execPath,
        ["--input-type=module", "--eval", `await import(${JSON.stringify(name)})`],
        {
          cwd: project,
        },
      ).catch((error: unknown) => problems.push(`${name} cannot be imported: ${String(error)}`))
    }
    for (const command of Object.keys(manifest.bin ?? {})) {
      await run(join(project, "node_modules", ".bin", command), ["--help"], { cwd: project }).catch(
        (error: unknown) => problems.push(`${command} --help fails: ${String(error)}`),
      )
    }
  }
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  process.stderr.write(
    `${packages.length} packages packed, installed and used, ${problems.length} problems\n`,
  )
  process.exitCode = problems.length === 0 ? 0 : 1
} finally {
  await rm(project, { recursive: true })
}

async function publicPackages(): Promise<
  readonly { folder: string; manifest: z.infer<typeof manifestSchema> }[]
> {
  const found: { folder: string; manifest: z.infer<typeof manifestSchema> }[] = []
  for (const room of ["packages", "apps"]) {
    for (const name of await readdir(join(root, room))) {
      const folder = join(root, room, name)
      const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, "package.json"), "utf8")))
      if (manifest.private !== true) found.push({ folder, manifest })
    }
  }
  return found
}

async function archiveBytes(archive: string): Promise<ArrayBuffer> {
  const bytes = await readFile(join(project, archive))
  const copied = new ArrayBuffer(bytes.length)
  new Uint8Array(copied).set(bytes)
  return copied
}
