import { builtinModules } from "node:module"
import { posix } from "node:path"
import { cyclesOf } from "./cycles.ts"
import { emptyNames, type PackageLayout } from "./layout.ts"
import type { SourceFile, WorkspacePackage } from "./workspace.ts"

/** What the rules need to know beside the package that they look at. */
export interface Surroundings {
  readonly layout: Readonly<Record<string, PackageLayout>>
  /** Names of the packages and apps of this workspace. */
  readonly workspace: ReadonlySet<string>
  /** What tests of every package may import. */
  readonly rootDependencies: ReadonlySet<string>
}

/** Everything that a package does against the drawing, one line each: the file, the import, the rule. */
export function problemsOf(subject: WorkspacePackage, around: Surroundings): readonly string[] {
  return [
    ...(subject.isApp || around.layout[subject.name] !== undefined
      ? []
      : [`${subject.folder}: ${subject.name} is not in scripts/structure/layout.ts`]),
    ...subject.folders
      .filter((folder) => emptyNames.includes(posix.basename(folder)))
      .map((folder) => `${subject.folder}/src/${folder}: name the folder by what lies in it`),
    ...subject.files.flatMap((file) =>
      file.imports.flatMap((name) => {
        const problem = name.startsWith(".")
          ? relativeImportProblem(subject, file, name, around)
          : packageImportProblem(subject, file, name, around)
        return problem === undefined
          ? []
          : [`${subject.folder}/src/${file.path}: imports ${name}: ${problem}`]
      }),
    ),
    ...cyclesOf(graphOf(subject)).map((cycle) => `${subject.folder}/src: import cycle ${cycle.join(" → ")}`),
    ...(subject.isPrivate ? [] : exportProblems(subject)),
  ]
}

function relativeImportProblem(
  subject: WorkspacePackage,
  file: SourceFile,
  name: string,
  around: Surroundings,
): string | undefined {
  const target = targetOf(file, name)
  if (target.startsWith("../")) return "leaves src; other packages are imported by name"
  if (target.endsWith(".json")) return undefined
  if (!subject.files.some((other) => other.path === target))
    return "there is no such file (imports end in .ts)"
  if (target === "index.ts") return "a package's own index.ts is for others"
  if (isForTests(file.path) || file.path === "index.ts") return undefined
  const [from, to] = [roomOf(file.path), roomOf(target)]
  if (isForTests(target)) return "the product does not import what is for tests"
  const rooms = around.layout[subject.name]?.rooms
  if (rooms === undefined || from === to) return undefined
  const missing = [from, to].find((room) => !rooms.includes(room))
  if (missing !== undefined) return `room ${missing} has no place in scripts/structure/layout.ts`
  if (rooms.indexOf(to) < rooms.indexOf(from)) return undefined
  return `room ${from} comes before ${to} in the flow`
}

function packageImportProblem(
  subject: WorkspacePackage,
  file: SourceFile,
  name: string,
  around: Surroundings,
): string | undefined {
  if (name.startsWith("node:")) return undefined
  if (builtinModules.includes(name)) return `write node:${name}`
  const dependency = name.split("/", name.startsWith("@") ? 2 : 1).join("/")
  if (dependency === subject.name) return "a package imports its own files by path"
  const forTests = isForTests(file.path)
  // Nobody installs a private app: it runs where everything for development is.
  const runsHere = forTests || (subject.isApp && subject.isPrivate)
  const isDeclared =
    subject.dependencies.has(dependency) ||
    (runsHere && subject.devDependencies.has(dependency)) ||
    (forTests && around.rootDependencies.has(dependency))
  if (!isDeclared)
    return `${dependency} is not among the ${forTests ? "" : "product's "}dependencies in package.json`
  if (forTests || subject.isApp || !around.workspace.has(dependency)) return undefined
  if (around.layout[subject.name]?.dependsOn.includes(dependency) === true) return undefined
  return `${subject.name} must not know ${dependency}`
}

/** `exports` runs from source, `publishConfig.exports` from dist: both must say the same doors. */
function exportProblems(subject: WorkspacePackage): readonly string[] {
  const doors = new Set([...subject.exports.keys(), ...subject.publishedExports.keys()])
  return [...doors].flatMap((door) => {
    const source = subject.exports.get(door)
    const wanted =
      typeof source === "string"
        ? { types: built(source, ".d.ts"), default: built(source, ".js") }
        : undefined
    if (wanted !== undefined && JSON.stringify(wanted) === JSON.stringify(subject.publishedExports.get(door)))
      return []
    const place = `${subject.folder}/package.json`
    if (wanted === undefined) return [`${place}: publishConfig.exports has ${door}, exports has not`]
    return [`${place}: publishConfig.exports must give ${JSON.stringify(wanted)} for ${door}`]
  })
}

function built(source: string, extension: string): string {
  return source.replace(/^\.\/src\//, "./dist/").replace(/\.ts$/, extension)
}

function graphOf(subject: WorkspacePackage): ReadonlyMap<string, readonly string[]> {
  return new Map(
    subject.files.map((file) => [
      file.path,
      file.imports.filter((name) => name.startsWith(".")).map((name) => targetOf(file, name)),
    ]),
  )
}

function targetOf(file: SourceFile, name: string): string {
  return posix.join(posix.dirname(file.path), name)
}

/** The first part of a path below src, a file without its ending. */
function roomOf(path: string): string {
  return (path.split("/")[0] ?? "").replace(/\.ts$/, "")
}

function isForTests(path: string): boolean {
  return path.endsWith(".test.ts") || path.split("/").includes("testing")
}
