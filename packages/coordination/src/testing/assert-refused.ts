import assert from "node:assert/strict"
import { CoordinationError, type CoordinationErrorCode } from "../coordinator.ts"

/** Asserts that a promise is rejected with a CoordinationError of this code. */
export async function refused(code: CoordinationErrorCode, promise: Promise<unknown>): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  assertCode(code, error)
}

export function assertCode(code: CoordinationErrorCode, error: unknown): void {
  assert.ok(error instanceof CoordinationError, `expected ${code}, got ${String(error)}`)
  assert.equal(error.code, code)
}
