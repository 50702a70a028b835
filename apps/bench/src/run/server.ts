import { join } from "node:path"
import { type App, createScratchFolder, spawnApp } from "@canal/testbed"
import type { Served } from "../subject/told.ts"
import { SCHEMA, type Written } from "../workload/workload.ts"
import type { Bench } from "./bench.ts"

/** The only destination of these servers. */
export const DESTINATION = "bench"

/** A canal-server of some repository, as a process of its own. */
export interface RunningServer extends AsyncDisposable {
  readonly app: App
  readonly served: Served
}

/**
 * Waits for what its clients do.
 * @throws Error with the end of the server's output when the server ends before; the clients must then end themselves
 * by `signal`
 */
export async function whileServing<T>(
  { app }: RunningServer,
  clients: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController()
  const ended = app.exited.then(({ code, signal }) => {
    const reason = new Error(`canal-server ended with ${signal ?? code}: ${app.stderr.slice(-4).join(" ")}`)
    ending.abort(reason)
    throw reason
  })
  return Promise.race([clients(ending.signal), ended])
}

/** Starts canal-server on the bench's source at the beginning of a workload, or at the source's end, and waits for clients' port. */
export async function startServer(
  bench: Bench,
  root: string,
  from: Written | undefined,
  isMeasured: boolean,
): Promise<RunningServer> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(createScratchFolder("bench"))
  const app = stack.use(await launchServer(bench, root, from, folder.path, isMeasured))
  const port = await portOf(app)
  const kept = stack.move()
  return {
    app,
    served: { port, destination: DESTINATION, pid: app.pid },
    [Symbol.asyncDispose]: async () => {
      // Asked to end, so that a profiler writes what it has.
      await app.terminate()
      await kept.disposeAsync()
    },
  }
}

/** Starts the process and waits for nothing. `folder` is where it keeps its cursors. */
export function launchServer(
  bench: Bench,
  root: string,
  from: Written | undefined,
  folder: string,
  isMeasured: boolean,
): Promise<App> {
  return spawnApp(join(root, "apps/server/src/main.ts"), {
    nodeArgs: isMeasured ? bench.profiler("canal-server") : [],
    args: [
      `--destination=${DESTINATION}`,
      String.raw`--filter=${SCHEMA}\..*`,
      "--port=0",
      "--bind=127.0.0.1",
      "--tls=off",
      `--data=${folder}`,
      ...(from === undefined ? [] : [`--from=${from.file}:${from.start}`]),
    ],
    environment: { TZ: "UTC", CANAL_SOURCE: bench.source.url(), CANAL_PASSWORD: undefined },
  })
}

/** Waits until a server serves clients, and says on which port. */
export async function portOf(app: App): Promise<number> {
  return Number(/port (\d+)/.exec(await app.line(/clients .*port \d+/))?.[1])
}
