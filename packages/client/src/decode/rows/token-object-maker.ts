import { asPropertyName, generated } from "../generated.ts"
import type { JsonValue } from "../json.ts"
import {
  KIND_INTEGER,
  KIND_NUMBER,
  KIND_SLICE,
  TOKEN_END,
  TOKEN_KIND,
  TOKEN_SIZE,
  TOKEN_START,
} from "../row-layout.ts"

/** Tokens, by what lies in them. */
export interface Tokens {
  readonly words: Uint32Array
  readonly ints: Int32Array
  readonly numbers: Float64Array
  /** The value of the token with this number, in a row with this piece of texts that begins there. */
  value(token: number, piece: string, pieceStart: number): JsonValue
}

/** Makes an object of the tokens of its members, from that one on, in a row with this piece of texts that begins there. */
export type TokenObjectMaker = (tokens: Tokens, first: number, piece: string, pieceStart: number) => JsonValue

/**
 * Makes objects with these keys straight from tokens, by a constructor of their own, which gives them one hidden class.
 * @param kinds what their members mostly are: numbers and parts of the piece are read where they lie
 */
export function tokenObjectMaker(keys: readonly string[], kinds: readonly number[]): TokenObjectMaker {
  const source = `
    ${keys.map((_, i) => `const k${i} = keys[${i}]`).join("\n")}
    function Members(tokens, first, piece, pieceStart) {
      const { words, ints, numbers } = tokens
      ${kinds.map((kind, i) => `this[k${i}] = ${memberSource(kind, i)}`).join("\n")}
    }
    Members.prototype = Object.prototype
    return (tokens, first, piece, pieceStart) => new Members(tokens, first, piece, pieceStart)`
  return generated<TokenObjectMaker>(["keys"], source)(keys.map(asPropertyName))
}

/** The source text of a member's value. */
function memberSource(kind: number, i: number): string {
  const at = (offset: number, size: number): string =>
    `first * ${TOKEN_SIZE / size} + ${(i * TOKEN_SIZE + offset) / size}`
  const [start, end] = [TOKEN_START, TOKEN_END].map((offset) => `words[${at(offset, 4)}] - pieceStart`)
  const any = `tokens.value(first + ${i}, piece, pieceStart)`
  const usual = new Map([
    [KIND_INTEGER, `ints[${at(TOKEN_END, 4)}]`],
    [KIND_NUMBER, `numbers[${at(TOKEN_END, 8)}]`],
    [KIND_SLICE, `piece.slice(${start}, ${end})`],
  ]).get(kind)
  return usual === undefined ? any : `words[${at(TOKEN_KIND, 4)}] === ${kind} ? ${usual} : ${any}`
}
