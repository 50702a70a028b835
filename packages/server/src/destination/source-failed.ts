import { ServerError } from "../errors.ts"
import type { Instance } from "../instance/instance.ts"

/** What to tell whoever runs the server when an instance cannot follow its source. */
export function sourceFailed(instance: Instance, error: unknown): ServerError {
  const { destination, sourceName, place, placeOfCursor } = instance
  const message = error instanceof Error ? error.message : String(error)
  const reason = message.startsWith(`${sourceName}: `) ? message.slice(sourceName.length + 2) : message
  const where = `destination ${destination} cannot follow ${sourceName} from ${place}`
  const hint =
    placeOfCursor === undefined || !isAboutPosition(error)
      ? ""
      : `. A cursor in ${placeOfCursor} decides the start; move it away to begin elsewhere`
  return new ServerError("SOURCE_FAILED", `${where}: ${reason}${hint}`, { cause: error })
}

function isAboutPosition(error: unknown): boolean {
  return error instanceof Error && "code" in error && POSITION_CODES.has(error.code)
}

const POSITION_CODES: ReadonlySet<unknown> = new Set([
  "POSITION_PURGED",
  "POSITION_INVALID",
  "SOURCE_CHANGED",
  "SOURCE_ERROR",
])
