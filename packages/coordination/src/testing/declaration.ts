import type { ContractOptions, ContractSpace } from "./contract-space.ts"

/** Declares a test, as `test` of vitest or of node:test does. */
export type DeclareTest = (name: string, body: () => Promise<void>) => void

/** @param needs what the test needs of its space beyond `connect` */
export type Declare = (
  name: string,
  body: (space: ContractSpace) => Promise<void>,
  needs?: "link" | "failOver",
) => void

/** Declares the tests of a contract, each in a space of its own, but for what is excepted. */
export function declaration(
  test: DeclareTest,
  open: () => Promise<ContractSpace>,
  { exceptions = {} }: ContractOptions,
): { readonly declare: Declare; assertExceptionsKnown(): void } {
  const known = new Set(["link", "failOver"])
  return {
    declare(name, body, needs) {
      known.add(name)
      const reason = exceptions[name] ?? (needs === undefined ? undefined : exceptions[needs])
      if (reason !== undefined) {
        test(`${name} (not here: ${reason})`, async () => undefined)
        return
      }
      test(name, async () => {
        await using space = await open()
        await body(space)
      })
    },
    assertExceptionsKnown() {
      const unknown = Object.keys(exceptions).filter((name) => !known.has(name))
      if (unknown.length > 0) throw new Error(`the contract has no test named ${unknown.join(", ")}`)
    },
  }
}
