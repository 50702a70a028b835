import type { EventBase } from "./event.ts"

/** An event whose type this version does not decode, with its bytes. `typeCode` says which it is. */
export interface UnknownEvent extends EventBase {
  readonly type: "unknown"
  /** What stands between the header and the checksum; a view of what was received. */
  readonly body: Buffer
}
