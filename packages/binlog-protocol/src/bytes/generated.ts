/** How many functions have been made. */
let made = 0

/** Makes something out of what its source text refers to, in the order of the names. */
export type Generated<Made> = (...referredTo: readonly unknown[]) => Made

/**
 * A function with these parameters and this body. The text may hold nothing that came from outside but numbers: names
 * and other text of a source or a user go in as arguments. The text must fit the type; nothing checks that. Each text gets a number of its own:
 * functions of one text share what the engine has learned of the objects that they meet.
 */
export function generated<Made>(parameters: readonly string[], body: string): Generated<Made>
export function generated(parameters: readonly string[], body: string): unknown {
  // oxlint-disable-next-line typescript/no-implied-eval -- the one place where text becomes code
  return new Function(...parameters, `"use strict" // ${made++}\n${body}`)
}

/** Whether functions may be made of text here: not with Node's `--disallow-code-generation-from-strings`. */
export const canGenerate: boolean = tryGenerate()

function tryGenerate(): boolean {
  try {
    return generated<boolean>([], "return true")()
  } catch (error) {
    if (error instanceof EvalError) return false
    throw error
  }
}
