/** What a QUERY event says about transactions. `xid` is what stands behind the verb, blank included. */
export type Control =
  | { readonly kind: "begin" | "commit" | "rollback" }
  | { readonly kind: "xa-start" | "xa-end" | "xa-commit" | "xa-rollback"; readonly xid: string }

const BEGIN: Control = { kind: "begin" }
const COMMIT: Control = { kind: "commit" }
const ROLLBACK: Control = { kind: "rollback" }

/** Reads a statement that bounds a transaction; `undefined` for every other statement. */
export function readControl(sql: string): Control | undefined {
  if (sql === "BEGIN") return BEGIN
  if (sql === "COMMIT") return COMMIT
  // Everything meant here begins with one of these letters or a comment; most statements do not.
  if (!/^[\s/BCRXbcrx]/.test(sql)) return undefined
  const match = WHOLE.exec(sql)
  if (match !== null) {
    const verb = (match[1] ?? "").toUpperCase()
    return verb === "BEGIN" ? BEGIN : verb === "COMMIT" ? COMMIT : ROLLBACK
  }
  const xa = XA.exec(sql)
  if (xa === null) return undefined
  const xid = xa[2] ?? ""
  switch ((xa[1] ?? "").toUpperCase()) {
    case "START":
    case "BEGIN":
      return { kind: "xa-start", xid }
    case "END":
      return { kind: "xa-end", xid }
    case "COMMIT":
      return { kind: "xa-commit", xid }
    default:
      return { kind: "xa-rollback", xid }
  }
}

const WHOLE = /^\s*(?:\/\*[^*]*\*\/\s*)*(BEGIN|COMMIT|ROLLBACK)\s*$/i
const XA = /^\s*XA\s+(START|BEGIN|END|COMMIT|ROLLBACK)\b(.*)$/is
