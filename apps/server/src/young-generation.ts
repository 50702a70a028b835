import { setFlagsFromString } from "node:v8"

/**
 * Lets the young generation grow no further. What passes through a server either dies at once or waits in the store until
 * its clients have it; the young generation that V8 would make of that, some 100 MB, only copies what waits, and its
 * memory stays taken. Without it a server holds 80 MB less and does the same work in nearly the same time.
 */
export function keepYoungGenerationSmall(): void {
  setFlagsFromString("--semi-space-growth-factor=1")
}
