import type { Delivery } from "../delivery/delivery.ts"
import { ServedDestinations } from "../destination/served-destinations.ts"

/** A server that owns one destination for good. */
export function serving(destination: string, delivery: Delivery): ServedDestinations {
  const served = new ServedDestinations()
  served.set(destination, { state: "connected" }, delivery)
  return served
}
