import type { IOptions } from "etcd3"

type FaultHandling = NonNullable<IOptions["faultHandling"]>
type Policy = NonNullable<FaultHandling["global"]>

/** Of the library itself; no policy has it. */
function noSuchResult(): never {
  throw new Error("a call has no other result")
}

const attempt: Policy = {
  execute: async (call, signal = new AbortController().signal) => call({ signal }),
  onSuccess: () => ({ dispose: () => undefined }),
  onFailure: () => ({ dispose: () => undefined }),
  get _altReturn() {
    return noSuchResult()
  },
}

/**
 * Has the library make each call once. By itself it tries again, even a write that may have been carried out, and then
 * stops calling for a while.
 */
export const singleAttempt: FaultHandling = { global: attempt, host: () => attempt }
