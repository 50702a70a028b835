import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { createScratchFolder } from "@canal/testbed"
import { join } from "node:path"
import { ownRoot } from "../run/subject.ts"

const run = promisify(execFile)

/** The tree at the baseline's commit cannot be made to run. Ends the command with code 3. */
export class BaselineUnusable extends Error {
  override readonly name = "BaselineUnusable"
}

/** Another commit of this repository, installed in a folder of its own, which is removed with it. */
export interface Worktree extends AsyncDisposable {
  /** Ends in a separator, as `ownRoot` does. */
  readonly root: string
}

/** The commit that this tree was made from; `undefined` outside a repository. */
export async function ownCommit(): Promise<string | undefined> {
  try {
    return (await git("rev-parse", "HEAD")).trim()
  } catch {
    return undefined
  }
}

/** @throws BaselineUnusable where the commit is not known here or its dependencies cannot be installed */
export async function openWorktree(commit: string, say: (line: string) => void): Promise<Worktree> {
  const folder = createScratchFolder("bench-baseline")
  const path = join(folder.path, "tree")
  const worktree: Worktree = {
    root: join(path, "/"),
    async [Symbol.asyncDispose]() {
      await git("worktree", "remove", "--force", path).catch(() => undefined)
      folder[Symbol.dispose]()
      await git("worktree", "prune")
    },
  }
  try {
    say(`installing commit ${commit.slice(0, 12)} in ${path}`)
    await git("worktree", "add", "--detach", path, commit)
    await run("pnpm", ["install", "--frozen-lockfile", "--prefer-offline"], { cwd: path })
    return worktree
  } catch (error) {
    await worktree[Symbol.asyncDispose]()
    const reason = error instanceof Error ? error.message.split("\n").slice(0, 3).join(" ") : String(error)
    throw new BaselineUnusable(`commit ${commit} cannot be installed to be measured: ${reason}`, {
      cause: error,
    })
  }
}

async function git(...args: readonly string[]): Promise<string> {
  const { stdout } = await run("git", [...args], { cwd: ownRoot })
  return stdout
}
