import { createRandom, type Random } from "@canal/testbed"
import type { BackendName } from "./backends.ts"
import { Cluster } from "./cluster.ts"
import { type Fault, faults } from "./faults.ts"
import { startNumberedWriter } from "./numbered-writer.ts"
import { type Violation, Witness } from "./witness.ts"

export interface ChaosOptions {
  readonly backend: BackendName
  /** How many faults, one after another; each kind comes before any comes again. */
  readonly faults: number
  /** Milliseconds. */
  readonly session: number
  readonly protection: number
  readonly random?: Random
  /** Told what happens. */
  readonly progress: (line: string) => void
}

export interface ChaosResult {
  readonly backend: BackendName
  readonly faults: number
  /** Committed changes, all of which clients were shown where there are no violations. */
  readonly changes: number
  readonly seconds: number
  readonly violations: readonly Violation[]
}

/** Milliseconds within which changes must arrive after a fault, sessions and protection times aside. */
const PATIENCE = 60_000

/** Hurts a cluster again and again while it works, and says what was promised and not held. */
export async function chaos(options: ChaosOptions): Promise<ChaosResult> {
  const { backend, session, progress, random = createRandom() } = options
  const began = performance.now()
  const witness = new Witness()
  const late: Violation[] = []
  await using cluster = await Cluster.start({ ...options, witness })
  await using writer = await startNumberedWriter(cluster.database, random)

  /** Every wait has a bound: what takes longer is a promise that was not held. */
  async function expectSoon(what: string, arrives: Promise<boolean>): Promise<void> {
    if (await arrives) return
    late.push(`within ${PATIENCE} ms ${what}`)
    progress(outputs(cluster))
  }
  const goesOn = (during: string): Promise<void> =>
    expectSoon(`no change arrived: ${during}`, witness.reaches(writer.last + 1, PATIENCE))

  let done = 0
  for (const { name, inflict } of order(options.faults, random)) {
    const started = performance.now()
    await inflict({
      cluster,
      random,
      session,
      async serverTakesOver(from) {
        await expectSoon(`no server took over: ${name}`, cluster.moves(from, PATIENCE))
        await goesOn(name)
      },
      clientTakesOver: (from) => expectSoon(`no client took over: ${name}`, cluster.passes(from, PATIENCE)),
    })
    await goesOn(name)
    done += 1
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    progress(`${backend} ${done}/${options.faults}: ${name} (${seconds} s)`)
    if (late.length > 0) break
  }
  const changes = await writer.stop()
  if (!(await witness.acknowledges(changes, PATIENCE))) {
    late.push(`of ${changes} changes the last that came is ${witness.greatest}`)
  }
  return {
    backend,
    faults: done,
    changes,
    seconds: (performance.now() - began) / 1000,
    violations: [...late, ...witness.violations(), ...witness.unprocessed(changes)],
  }
}

/** Every kind of fault in random order, again and again. */
function* order(count: number, random: Random): Generator<Fault> {
  let left: Fault[] = []
  for (let i = 0; i < count; i++) {
    if (left.length === 0) left = [...faults]
    const [fault] = left.splice(random.integer(0, left.length - 1), 1)
    if (fault !== undefined) yield fault
  }
}

/** What the processes said last. */
function outputs(cluster: Cluster): string {
  return [...cluster.servers, ...cluster.clients]
    .map(({ app }) => [`process ${app.pid}:`, ...app.stderr.slice(-15)].join("\n  "))
    .join("\n")
}
