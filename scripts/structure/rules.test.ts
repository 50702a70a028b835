import { expect, test } from "vitest"
import { cyclesOf } from "./cycles.ts"
import { importsOf } from "./imports.ts"
import { problemsOf } from "./rules.ts"
import type { SourceFile, WorkspacePackage } from "./workspace.ts"

const around = {
  layout: {
    "@canal/low": { dependsOn: [] },
    "@canal/high": { dependsOn: ["@canal/low"], rooms: ["bytes", "event"] },
  },
  workspace: new Set(["@canal/low", "@canal/high", "@canal/other"]),
  rootDependencies: new Set(["vitest"]),
}

function highPackage(files: readonly SourceFile[], more: Partial<WorkspacePackage> = {}): WorkspacePackage {
  return {
    name: "@canal/high",
    folder: "packages/high",
    isApp: false,
    isPrivate: true,
    dependencies: new Set(["@canal/low", "@canal/other"]),
    devDependencies: new Set(["oracle"]),
    exports: new Map(),
    publishedExports: new Map(),
    files,
    folders: [],
    ...more,
  }
}

const others = ["bytes/read.ts", "event/xid.ts", "index.ts", "testing/cases.ts"].map((path) => ({
  path,
  imports: [],
}))

test.each([
  ["event/rows.ts", "../bytes/read.ts", undefined],
  ["event/rows.ts", "./xid.ts", undefined],
  ["event/rows.ts", "node:zlib", undefined],
  ["event/rows.ts", "@canal/low", undefined],
  ["event/rows.ts", "@canal/low/testing", undefined],
  ["event/rows.test.ts", "vitest", undefined],
  ["event/rows.test.ts", "oracle", undefined],
  ["bytes/write.ts", "../event/xid.ts", "room bytes comes before event in the flow"],
  ["bytes/write.test.ts", "../event/xid.ts", undefined],
  ["event/rows.ts", "../index.ts", "a package's own index.ts is for others"],
  ["event/rows.ts", "@canal/high", "a package imports its own files by path"],
  ["event/rows.ts", "../bytes/read.js", "there is no such file (imports end in .ts)"],
  ["event/rows.ts", "../../../low/src/index.ts", "leaves src; other packages are imported by name"],
  ["event/rows.ts", "../testing/cases.ts", "the product does not import what is for tests"],
  ["value/bit.ts", "../bytes/read.ts", "room value has no place in scripts/structure/layout.ts"],
  ["event/rows.ts", "@canal/other", "@canal/high must not know @canal/other"],
  ["event/rows.ts", "oracle", "oracle is not among the product's dependencies in package.json"],
  ["event/rows.ts", "zlib", "write node:zlib"],
])("%s imports %s: %s", (path, name, problem) => {
  const found = problemsOf(highPackage([...others, { path, imports: [name] }]), around)
  expect(found).toEqual(
    problem === undefined ? [] : [`packages/high/src/${path}: imports ${name}: ${problem}`],
  )
})

test("a private app may use what is for development, and an app that is published may not", () => {
  const app = { name: "canal-app", folder: "apps/app", isApp: true }
  const file = { path: "main.ts", imports: ["oracle"] }
  expect(problemsOf(highPackage([file], app), around)).toEqual([])
  expect(problemsOf(highPackage([file], { ...app, isPrivate: false }), around)).toEqual([
    "apps/app/src/main.ts: imports oracle: oracle is not among the product's dependencies in package.json",
  ])
})

test("folders are named by what lies in them, and exports run the same doors from source and from dist", () => {
  const published = { types: "./dist/index.d.ts", default: "./dist/index.js" }
  const wrong = highPackage([], {
    isPrivate: false,
    folders: ["event/utils"],
    exports: new Map([[".", "./src/index.ts"]]),
    publishedExports: new Map([["./memory", published]]),
  })
  expect(problemsOf(wrong, around)).toEqual([
    "packages/high/src/event/utils: name the folder by what lies in it",
    `packages/high/package.json: publishConfig.exports must give ${JSON.stringify(published)} for .`,
    "packages/high/package.json: publishConfig.exports has ./memory, exports has not",
  ])
  const right = { isPrivate: false, publishedExports: new Map([[".", published]]) }
  expect(
    problemsOf(highPackage([], { ...right, exports: new Map([[".", "./src/index.ts"]]) }), around),
  ).toEqual([])
})

test("a cycle is told with its way", () => {
  const graph = new Map([
    ["a", ["b"]],
    ["b", ["c", "d"]],
    ["c", ["a"]],
    ["d", []],
  ])
  expect(cyclesOf(graph)).toEqual([["a", "b", "c", "a"]])
})

test("imports are found in each form, and not in texts and comments", () => {
  const source = `import { a } from "./a.ts"
import type {
  B,
} from "./b.ts"
import "./c.ts"
export { d } from "./d.ts"
const e = await import("./e.ts")
// import { f } from "./f.ts"
const text = \` import { g } from "./g.ts"\`
`
  expect(importsOf(source)).toEqual(["./a.ts", "./b.ts", "./c.ts", "./d.ts", "./e.ts"])
})
