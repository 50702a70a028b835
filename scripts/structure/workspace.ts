import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { importsOf } from "./imports.ts"

/** A source file with the modules that it names. */
export interface SourceFile {
  /** Relative to the package's `src`. */
  readonly path: string
  readonly imports: readonly string[]
}

/** A package or an app of the workspace, as far as the rules look at it. */
export interface WorkspacePackage {
  readonly name: string
  /** Relative to the repository. */
  readonly folder: string
  readonly isApp: boolean
  readonly isPrivate: boolean
  /** What the product may import: `dependencies` and `peerDependencies`. */
  readonly dependencies: ReadonlySet<string>
  readonly devDependencies: ReadonlySet<string>
  readonly exports: ReadonlyMap<string, unknown>
  readonly publishedExports: ReadonlyMap<string, unknown>
  readonly files: readonly SourceFile[]
  readonly folders: readonly string[]
}

/** Reads all packages of the repository at `root`, and the names that every package's tests may import. */
export function readWorkspace(root: string): {
  readonly packages: readonly WorkspacePackage[]
  readonly rootDependencies: ReadonlySet<string>
} {
  const packages = ["packages", "apps"].flatMap((group) =>
    readdirSync(join(root, group))
      .filter((name) => existsSync(join(root, group, name, "package.json")))
      .map((name) => readPackage(root, join(group, name))),
  )
  const manifest = readJson(join(root, "package.json"))
  return { packages, rootDependencies: new Set(members(manifest["devDependencies"]).keys()) }
}

function readPackage(root: string, folder: string): WorkspacePackage {
  const manifest = readJson(join(root, folder, "package.json"))
  const source = join(root, folder, "src")
  const entries = existsSync(source) ? readdirSync(source, { recursive: true, withFileTypes: true }) : []
  const place = (entry: { parentPath: string; name: string }): string =>
    relative(source, join(entry.parentPath, entry.name))
  return {
    name: String(manifest["name"]),
    folder,
    isApp: folder.startsWith("apps"),
    isPrivate: manifest["private"] === true,
    dependencies: new Set([
      ...members(manifest["dependencies"]).keys(),
      ...members(manifest["peerDependencies"]).keys(),
    ]),
    devDependencies: new Set(members(manifest["devDependencies"]).keys()),
    exports: members(manifest["exports"]),
    publishedExports: members(members(manifest["publishConfig"]).get("exports")),
    files: entries
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts"))
      .map((entry) => ({
        path: place(entry),
        imports: importsOf(readFileSync(join(source, place(entry)), "utf8")),
      })),
    folders: entries.filter((entry) => entry.isDirectory()).map(place),
  }
}

function readJson(path: string): Record<string, unknown> {
  return Object.fromEntries(members(JSON.parse(readFileSync(path, "utf8"))))
}

/** The members of a JSON object; none of anything else. */
function members(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : [])
}
