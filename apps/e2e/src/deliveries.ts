/** One change as a consumer saw it, in the order in which it came. */
export interface Delivery {
  /** Number of the change at its source: 1, 2, 3 … in commit order. */
  readonly change: number
  /** The greatest change that this consumer had acknowledged when this one came. */
  readonly acknowledged: number
}

/**
 * Checks what at-least-once delivery promises of all deliveries to all runs of one consumer: every change from 1 to
 * `last` came; a step goes to the next change or back, never ahead; and no step goes back behind what had been
 * acknowledged.
 * @returns what is wrong, in words; empty when all is well.
 */
export function violations(deliveries: readonly Delivery[], last: number): readonly string[] {
  const found: string[] = []
  let previous = 0
  let greatest = 0
  for (const { change, acknowledged } of deliveries) {
    if (change > previous + 1) found.push(`after change ${previous} came ${change}`)
    if (change <= acknowledged)
      found.push(`change ${change} came again after ${acknowledged} had been acknowledged`)
    previous = change
    if (change > greatest) greatest = change
  }
  if (greatest !== last) found.push(`the last change is ${last}, the last that came is ${greatest}`)
  return found
}
