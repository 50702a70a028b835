import type { Coordinator } from "@canal/coordination"

/** One request on its way: calls `act` or not, and answers as it likes. */
export type Intercept = <T>(request: "read" | "write", path: string, act: () => Promise<T>) => Promise<T>

/** A coordinator whose requests pass somebody who can hold them up or let them fail. */
export function intercepted(inner: Coordinator, intercept: Intercept): Coordinator {
  return {
    session: inner.session,
    get: (path) => intercept("read", path, () => inner.get(path)),
    children: (path) => intercept("read", path, () => inner.children(path)),
    put: (path, data, options) => intercept("write", path, () => inner.put(path, data, options)),
    remove: (path, options) => intercept("write", path, () => inner.remove(path, options)),
    watch: (path, options) => inner.watch(path, options),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  }
}
