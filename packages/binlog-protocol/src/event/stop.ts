import type { EventBase } from "./event.ts"

/** STOP: the source shut down here. It has no body. */
export interface StopEvent extends EventBase {
  readonly type: "stop"
}
