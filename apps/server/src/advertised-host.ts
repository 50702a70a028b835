import { hostAddress } from "@canal/coordination"

/** The host by which clients and other servers reach this one, where none was named: the address it listens on, where that is one. */
export function advertisedHost(bind: string | undefined): string {
  return bind === undefined || bind === "0.0.0.0" || bind === "::" ? hostAddress() : bind
}
