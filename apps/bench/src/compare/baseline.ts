import { readFile } from "node:fs/promises"
import { UsageError } from "@canal/command-line"
import { z } from "zod"

/** What of a file of `--json` a comparison needs: which figures, and of which commit. */
const baselineSchema = z
  .array(z.object({ figure: z.string(), commit: z.string().regex(/^[0-9a-f]{40}$/) }))
  .min(1)

/** Figures that were measured once, and the commit of the repository then. */
export interface Baseline {
  readonly commit: string
  readonly figures: ReadonlySet<string>
}

/** @throws UsageError where the file is none of `--json`, or holds several commits */
export async function readBaseline(path: string): Promise<Baseline> {
  const read = baselineSchema.safeParse(await readJson(path))
  if (!read.success) {
    throw new UsageError(
      `--compare ${path} does not hold figures with their commit; write it with --json ${path}`,
    )
  }
  const commits = new Set(read.data.map(({ commit }) => commit))
  const [commit = ""] = commits
  if (commits.size > 1)
    throw new UsageError(`--compare ${path} holds figures of ${commits.size} commits; it must be one run's`)
  return { commit, figures: new Set(read.data.map(({ figure }) => figure)) }
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"))
  } catch (error) {
    throw new UsageError(
      `--compare ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}
