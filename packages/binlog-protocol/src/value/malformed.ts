import { BinlogError } from "../errors.ts"

/** An error for bytes that no layout explains; `what` names the value, never its content. */
export function malformed(what: string, cause?: unknown): BinlogError {
  const message = `${what}; the row is corrupt or of a layout this version does not know`
  return new BinlogError("MALFORMED", message, { cause })
}
