import { writeFile } from "node:fs/promises"
import { resolve } from "node:path"
import { type CommandContext, UsageError } from "@canal/command-line"
import { startMysql } from "@canal/testbed"
import type { BenchArguments } from "./command.ts"
import { figures } from "./figure/figures.ts"
import { tableText } from "./report/table.ts"
import { Bench } from "./run/bench.ts"
import { measure } from "./run/measure.ts"
import { full, quick } from "./run/scale.ts"
import { ownRoot } from "./run/subject.ts"
import { createSchemas, sourceArgs } from "./workload/write.ts"

/** Measures what was asked for, and ends in an error where a floor was missed. */
export async function runBench(args: BenchArguments, context: CommandContext): Promise<void> {
  const { signal } = context
  const say = (line: string): void => context.say(line)
  const wanted = figures.filter(({ figure }) => args.only?.test(figure) ?? true)
  if (wanted.length === 0) {
    throw new UsageError(`--only matches none of ${figures.map(({ figure }) => figure).join(", ")}`)
  }
  const scale = args.quick ? quick : full
  await using source = await startMysql({ args: sourceArgs, progress: say })
  await createSchemas(source)
  const profile = args.profile === undefined ? undefined : resolve(args.profile)
  const bench = new Bench(source, scale, signal, timed(say), profile)
  const { figures: measured, mistakes } = await measure(wanted, bench, ownRoot)
  if (args.json !== undefined) await writeFile(args.json, `${JSON.stringify(measured, undefined, 2)}\n`)
  await context.write(tableText(measured))
  for (const mistake of mistakes) await context.write(`read wrongly: ${mistake}\n`)
  if (profile !== undefined) say(`CPU profiles lie in ${profile}`)
  const missed = measured.filter(({ ok }) => !ok).map(({ figure }) => figure)
  if (missed.length > 0) throw new Error(`missed: ${missed.join(", ")}`)
}

/** Says how long it has been. */
function timed(say: (line: string) => void): (line: string) => void {
  const start = performance.now()
  return (line) => say(`${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s  ${line}`)
}
