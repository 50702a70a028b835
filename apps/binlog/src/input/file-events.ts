import { existsSync } from "node:fs"
import { stat } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { type BinlogEvent, type PartialJsonForm, readBinlogFile, type TableMap } from "@canal/binlog-protocol"
import { UsageError } from "@canal/command-line"
import type { Bound } from "../select/bound.ts"

/** What is told while files are read. */
export type OnProgress = (read: number, size: number, file: string) => void

export interface FileEventsOptions {
  readonly start: Bound | undefined
  readonly stop: Bound | undefined
  readonly signal: AbortSignal
  readonly wantsTable: ((table: TableMap) => boolean) | undefined
  readonly partialJson: PartialJsonForm
  readonly onProgress: OnProgress
  /** Goes on as the last file is written, and in the files that its server begins after it. */
  readonly follow: boolean
}

/** Milliseconds between two looks for a file that a server has announced. */
const LOOK_PERIOD = 100

/** The events of several files, one file behind the other, from the file and the place at which to start on. */
export async function* fileEvents(
  paths: readonly string[],
  options: FileEventsOptions,
): AsyncGenerator<readonly BinlogEvent[], void, void> {
  const { start, stop, onProgress } = options
  const begin = indexOf(paths, start, "--start")
  const end = indexOf(paths, stop, "--stop")
  const wanted = paths.slice(begin ?? 0, end === undefined ? undefined : end + 1)
  const sizes = await Promise.all(wanted.map(sizeOf))
  const size = sizes.reduce((sum, each) => sum + each, 0)
  let before = 0
  let next: string | undefined
  for (const [index, path] of wanted.entries()) {
    const from =
      index === 0 && begin !== undefined && start !== undefined && "offset" in start ? start.offset : 4
    const follow = options.follow && index === wanted.length - 1
    for await (const events of oneFile(path, from, follow, options)) {
      yield events
      if (!follow) onProgress(before + (events.at(-1)?.endPosition ?? 0), size, path)
      next = follow ? nextFile(events, path) : undefined
    }
    before += sizes[index] ?? 0
  }
  while (next !== undefined) {
    const path = next
    next = undefined
    await appeared(path, options.signal)
    for await (const events of oneFile(path, 4, true, options)) {
      yield events
      next = nextFile(events, path)
    }
  }
}

/** A file's length in bytes; an error that says what to do where there is no such file. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (existsSync(path)) throw error
    throw new Error(`there is no file ${path}; check its path`, { cause: error })
  }
}

function oneFile(
  path: string,
  from: number,
  follow: boolean,
  { signal, wantsTable, partialJson }: FileEventsOptions,
): AsyncGenerator<readonly BinlogEvent[], void, void> {
  return readBinlogFile(path, {
    from,
    follow,
    signal,
    partialJson,
    ...(wantsTable === undefined ? {} : { wantsTable }),
  })
}

/** The path of the file that the server goes on with, where the events end with its name. */
function nextFile(events: readonly BinlogEvent[], path: string): string | undefined {
  const last = events.at(-1)
  return last?.type === "rotate" ? join(dirname(path), basename(last.nextFile)) : undefined
}

async function appeared(path: string, signal: AbortSignal): Promise<void> {
  while (!existsSync(path)) await setTimeout(LOOK_PERIOD, undefined, { signal })
}

/** Which of the files a place lies in. */
function indexOf(paths: readonly string[], bound: Bound | undefined, option: string): number | undefined {
  if (bound === undefined || !("file" in bound)) return undefined
  const index = paths.findIndex((path) => basename(path) === bound.file)
  if (index >= 0) return index
  throw new UsageError(`${option} FILE:POS: ${bound.file} is none of the files given`)
}
