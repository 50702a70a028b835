import { writeFile } from "node:fs/promises"
import { resolve } from "node:path"
import { type CommandContext, UsageError } from "@canal/command-line"
import { startMysql } from "@canal/testbed"
import type { BenchArguments } from "./command.ts"
import { readBaseline } from "./compare/baseline.ts"
import { compare } from "./compare/compare.ts"
import { openWorktree, ownCommit } from "./compare/worktree.ts"
import type { FigurePlan } from "./figure/figure.ts"
import { figures } from "./figure/figures.ts"
import { comparisonTable, figuresTable } from "./report/table.ts"
import { Bench } from "./run/bench.ts"
import { measure } from "./run/measure.ts"
import { full, quick, scaledDown } from "./run/scale.ts"
import { ownRoot } from "./run/subject.ts"
import { createSchemas, sourceArgs } from "./workload/write.ts"

/** Measures what was asked for, and ends in an error where a floor was missed or a figure was lost. */
export async function runBench(args: BenchArguments, context: CommandContext): Promise<void> {
  const wanted = figures.filter(
    ({ figure, onlyFull }) => args.only?.test(figure) ?? !(args.quick && onlyFull === true),
  )
  if (wanted.length === 0) {
    throw new UsageError(`--only matches none of ${figures.map(({ figure }) => figure).join(", ")}`)
  }
  await (args.compare === undefined
    ? holdAgainstFloors(wanted, args, context)
    : holdAgainstBaseline(wanted, args.compare, args, context))
}

async function holdAgainstFloors(
  wanted: readonly FigurePlan[],
  args: BenchArguments,
  context: CommandContext,
): Promise<void> {
  const commit = await ownCommit()
  await using bench = await openBench(args, context)
  const { figures: measured, remarks } = await measure(wanted, bench.bench, ownRoot)
  if (args.json !== undefined) {
    const recorded = measured.map((figure) => ({ ...figure, commit }))
    await writeFile(args.json, `${JSON.stringify(recorded, undefined, 2)}\n`)
  }
  await context.write(figuresTable(measured))
  for (const remark of remarks) await context.write(`${remark}\n`)
  if (args.quick)
    await context.write(
      `${scaledDown()}, ${quick.rounds.paired} of ${full.rounds.paired} rounds, the faster peer only\n`,
    )
  if (args.profile !== undefined) context.say(`CPU profiles lie in ${resolve(args.profile)}`)
  const missed = measured.filter(({ ok }) => !ok).map(({ figure }) => figure)
  if (missed.length > 0) throw new Error(`missed: ${missed.join(", ")}`)
}

async function holdAgainstBaseline(
  wanted: readonly FigurePlan[],
  path: string,
  args: BenchArguments,
  context: CommandContext,
): Promise<void> {
  const baseline = await readBaseline(path)
  const known = wanted.filter(({ figure }) => baseline.figures.has(figure))
  if (known.length === 0) throw new UsageError(`${path} has none of the figures that --only matches`)
  await using before = await openWorktree(baseline.commit, (line) => context.say(line))
  await using bench = await openBench(args, context)
  const comparisons = await compare(known, bench.bench, { before: before.root, now: ownRoot })
  if (args.json !== undefined) await writeFile(args.json, `${JSON.stringify(comparisons, undefined, 2)}\n`)
  await context.write(comparisonTable(comparisons))
  if (args.quick) await context.write(`${scaledDown()}\n`)
  const lost = comparisons.filter(({ ok }) => !ok).map(({ figure }) => figure)
  if (lost.length > 0) throw new Error(`lost more than 20 %: ${lost.join(", ")}`)
}

async function openBench(
  args: BenchArguments,
  { signal, ...context }: CommandContext,
): Promise<AsyncDisposable & { readonly bench: Bench }> {
  const say = timed((line) => context.say(line))
  const source = await startMysql({ args: sourceArgs, progress: say })
  // A statement that writes a workload may take a minute: it ends with its source.
  signal.addEventListener("abort", () => void source.kill9())
  await createSchemas(source)
  const profiles = args.profile === undefined ? undefined : resolve(args.profile)
  return {
    bench: new Bench(source, args.quick ? quick : full, signal, say, profiles),
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  }
}

/** Says how long it has been. */
function timed(say: (line: string) => void): (line: string) => void {
  const start = performance.now()
  return (line) => say(`${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s  ${line}`)
}
