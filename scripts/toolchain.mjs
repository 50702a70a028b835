// Runs a command with the tool chain this repository needs, bringing what the machine lacks:
//
//   node scripts/toolchain.mjs COMMAND [ARG ...]
//
// It has no dependencies and runs on any Node since 18. Where the machine's own Node and pnpm are new enough they
// are used as they are; else the npm packages `node` and `pnpm` go into the ignored folder .toolchain.
import { spawn, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, realpathSync, statSync, writeFileSync } from "node:fs"
import { constants } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const home = join(root, ".toolchain")
const NODE_SINCE = [22, 15]
const NODE_BROUGHT = "24"
const PNPM_MAJOR = "12"

const [command, ...args] = process.argv.slice(2)
if (command === undefined) fail("usage: node scripts/toolchain.mjs COMMAND [ARG ...]", 2)

const environment = { ...process.env }
bringTools()
bringDependencies()
run()

/** Puts a Node and a pnpm that are new enough first on the PATH. */
function bringTools() {
  const needed = []
  if (!isNewEnough(process.versions.node)) needed.push(`node@${NODE_BROUGHT}`)
  if (!hasPnpm()) needed.push(`pnpm@${PNPM_MAJOR}`)
  if (needed.length === 0) return
  const bin = join(home, "node_modules", ".bin")
  const missing = needed.filter((name) => !existsSync(join(bin, name.split("@")[0])))
  if (missing.length > 0) {
    say(`bringing ${needed.join(" and ")} into .toolchain (once, about 10 s)`)
    mkdirSync(home, { recursive: true })
    if (!existsSync(join(home, "package.json")))
      writeFileSync(join(home, "package.json"), '{"private":true}\n')
    const npm = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...needed], {
      cwd: home,
      env: withoutNpmScriptVariables(process.env),
      encoding: "utf8",
    })
    if (npm.status !== 0) {
      fail(
        `npm could not install ${needed.join(" and ")}: is a package registry reachable?\n${npm.stderr ?? npm.error}`,
      )
    }
  }
  environment.PATH = `${bin}${delimiter}${environment.PATH ?? ""}`
  if (needed.some((name) => name.startsWith("node@"))) {
    // Native addons must be built against the headers of the Node that will load them.
    const binary = realpathSync(join(bin, "node"))
    const headers = [join(home, "node_modules", "node", "node_modules"), join(home, "node_modules")]
      .map((folder) => join(folder, `node-${process.platform}-${process.arch}`))
      .find((folder) => existsSync(join(folder, "include", "node", "node.h")))
    environment.npm_config_nodedir = headers ?? dirname(dirname(binary))
  }
}

/** Installs the workspace when the lock file is newer than the last installation. */
function bringDependencies() {
  const installed = join(root, "node_modules", ".modules.yaml")
  const lock = join(root, "pnpm-lock.yaml")
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return
  say("installing the packages of this workspace (once, about 20 s)")
  const pnpm = spawnSync("pnpm", ["install", "--frozen-lockfile", "--reporter=append-only"], {
    cwd: root,
    env: environment,
    encoding: "utf8",
  })
  if (pnpm.status !== 0) fail(`pnpm install failed:\n${pnpm.stdout}${pnpm.stderr ?? pnpm.error}`)
}

/** Becomes the command as far as a parent can: same streams, signals passed on, same exit code. */
function run() {
  const child = spawn(command, args, { cwd: root, env: environment, stdio: "inherit" })
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal))
  if (environment.npm_lifecycle_event !== undefined) endWithParent(child)
  child.on("error", (error) => fail(`cannot start ${command}: ${error.message}`))
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

/** npm passes SIGTERM on to the shell between it and us, and the shell dies of it without a word: we then have another parent. */
function endWithParent(child) {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    child.kill("SIGTERM")
  }, 200)
  watch.unref()
}

function isNewEnough(version) {
  const [major, minor] = version.split(".").map(Number)
  return major > NODE_SINCE[0] || (major === NODE_SINCE[0] && minor >= NODE_SINCE[1])
}

function hasPnpm() {
  const pnpm = spawnSync("pnpm", ["--version"], { cwd: root, encoding: "utf8" })
  return pnpm.status === 0 && Number(pnpm.stdout.split(".")[0]) >= Number(PNPM_MAJOR)
}

/** npm hands its own configuration to scripts as variables; a nested npm must not take it for the user's. */
function withoutNpmScriptVariables(env) {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^npm_(package|lifecycle|command|execpath)/.test(name)),
  )
}

function say(text) {
  process.stderr.write(`canal: ${text}\n`)
}

function fail(text, code = 1) {
  process.stderr.write(`canal: ${text}\n`)
  process.exit(code)
}
