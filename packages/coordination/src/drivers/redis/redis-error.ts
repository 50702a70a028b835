import { CoordinationError } from "../../coordinator.ts"

/** What Redis says while it cannot serve now, by the first word of its answer. */
const PASSING = new Set(
  "LOADING BUSY READONLY MASTERDOWN NOREPLICAS OOM MISCONF TRYAGAIN CLUSTERDOWN UNKILLABLE".split(" "),
)

/** An error of the client library as one of ours. */
export function asCoordinationError(error: unknown, place: string): CoordinationError {
  if (error instanceof CoordinationError) return error
  const message = error instanceof Error ? error.message : String(error)
  if (isRefusal(error, message)) {
    return new CoordinationError("REFUSED", `${place} refuses: ${message}`, { cause: error })
  }
  return new CoordinationError("UNAVAILABLE", `${place} does not answer: ${message}`, { cause: error })
}

/** Whether Redis does not know a script that was named by its hash. */
export function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT")
}

function isRefusal(error: unknown, message: string): boolean {
  // A sentinel's answer comes within the library's own message.
  if (/\b(WRONGPASS|NOAUTH|NOPERM)\b/.test(message)) return true
  if (!(error instanceof Error)) return false
  if (error.name === "ReplyError") {
    return !PASSING.has(message.split(" ", 1)[0] ?? "") && !message.includes("max number of clients")
  }
  return "code" in error && /CERT|VERIFY/.test(String(error.code))
}
