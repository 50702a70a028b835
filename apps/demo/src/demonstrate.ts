import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { styleText } from "node:util"
import type { CommandContext } from "@canal/command-line"
import { type App, type Exit, createScratchFolder, spawnApp, startMysql } from "@canal/testbed"
import type { DemoArguments } from "./command.ts"
import { DATABASE, openPlayground } from "./playground.ts"

const SERVER = program("../../server/src/main.ts")
const CLIENT = program("../../client/src/main.ts")
const WRITER = program("writer-main.ts")
const DESTINATION = "demo"

/** Starts all parts, one process each, and waits for the client, for a signal, or for a part that fails. */
export async function demonstrate(args: DemoArguments, context: CommandContext): Promise<void> {
  const { signal } = context
  const say = (line: string): void => context.say(line)
  const tell = (line: string): void => say(styleText("dim", `demo: ${line}`, { stream: process.stderr }))

  const interrupted = once(signal, "abort").then(() => undefined)
  await using source = await Promise.race([openSource(args.source, tell), interrupted])
  if (source === undefined || signal.aborted) return
  await using _playground = await openPlayground(source.forWriter)

  using folder = createScratchFolder("demo")
  tell("starting the server")
  await using server = await spawnApp(SERVER, {
    args: [
      `--destination=${DESTINATION}`,
      String.raw`--filter=${DATABASE}\..*`,
      "--port=0",
      "--bind=127.0.0.1",
      `--data=${folder.path}`,
    ],
    environment: {
      CANAL_SOURCE: source.forServer,
      CANAL_PASSWORD: undefined,
      // Nothing stays behind, compiled code neither.
      NODE_COMPILE_CACHE: `${folder.path}/compiled`,
    },
    onStdout: tell,
    onStderr: (line) => say(styleText("dim", `server: ${line}`, { stream: process.stderr })),
  })
  const port = /port (\d+)/.exec(
    (await Promise.race([server.line(/clients .*port \d+/), interrupted])) ?? "",
  )?.[1]
  if (port === undefined) return
  tell("starting the client and the writer; Ctrl-C ends everything")
  const limit = args.changes === undefined ? [] : ["--changes", String(args.changes)]
  await using client = await spawnApp(CLIENT, {
    args: [
      "watch",
      "--server",
      `127.0.0.1:${port}`,
      "--destination",
      DESTINATION,
      "--format",
      "pretty",
      ...limit,
    ],
    environment: { CANAL_PASSWORD: undefined },
    output: "inherit",
  })
  await using writer = await spawnApp(WRITER, {
    environment: { CANAL_DEMO_SOURCE: source.forWriter },
    onStderr: tell,
  })

  const first = await Promise.race([
    ended("client", client),
    ended("server", server),
    ended("writer", writer),
    interrupted,
  ])
  for (const app of [writer, client, server]) await app.terminate()
  const isDone = first?.part === "client" && first.exit.code === 0 && args.changes !== undefined
  if (first !== undefined && !isDone) {
    throw new Error(`the ${first.part} ended by itself with ${first.exit.signal ?? first.exit.code}`)
  }
  tell("ended; nothing is left behind")
}

/** A source with the URLs that the two sides of it use. */
interface Source extends AsyncDisposable {
  readonly forServer: string
  readonly forWriter: string
}

async function openSource(url: string | undefined, tell: (line: string) => void): Promise<Source> {
  if (url !== undefined) return { forServer: url, forWriter: url, async [Symbol.asyncDispose]() {} }
  tell("starting a throwaway MySQL")
  const mysql = await startMysql({ args: ["--binlog-row-metadata=FULL"], progress: tell })
  tell(`MySQL ${mysql.version} listens on port ${mysql.port}`)
  return {
    forServer: mysql.url(mysql.replication),
    forWriter: mysql.url(mysql.admin),
    [Symbol.asyncDispose]: () => mysql[Symbol.asyncDispose](),
  }
}

async function ended(part: string, app: App): Promise<{ readonly part: string; readonly exit: Exit }> {
  return { part, exit: await app.exited }
}

function program(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
