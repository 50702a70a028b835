/*
 * The lexical rules of MySQL and MariaDB, as far as the head of a statement needs them (MySQL reference manual,
 * "Language Structure": comments, literals, schema object names).
 */

export type TokenKind = "word" | "name" | "text" | "punctuation" | "end"

/** Reads a statement token by token, only as far as it is asked to. The fields describe the current token. */
export class Tokenizer {
  /** `word` is bare, `name` stands in back-ticks, `text` in single or double quotes. */
  kind: TokenKind = "end"
  /** A word in upper case, a name or text without its quotes, or one character of punctuation. */
  value = ""
  /** The token as written; for a word its own letter case. */
  raw = ""
  readonly #sql: string
  #at = 0
  /** Whether the content of an executable comment is being read. */
  #inComment = false

  constructor(sql: string) {
    this.#sql = sql
    this.next()
  }

  /** Whether the current token is that bare word or character. */
  is(value: string): boolean {
    return this.value === value && (this.kind === "word" || this.kind === "punctuation")
  }

  /** Steps over the current token if it is one of these; says whether it was. */
  take(...values: readonly string[]): boolean {
    for (const value of values) {
      if (this.is(value)) {
        this.next()
        return true
      }
    }
    return false
  }

  next(): void {
    this.#skipSpace()
    const sql = this.#sql
    const start = this.#at
    if (start >= sql.length) return this.#set("end", "", "")
    const code = sql.charCodeAt(start)
    if (isWordCode(code)) {
      let end = start + 1
      while (end < sql.length && isWordCode(sql.charCodeAt(end))) end++
      this.#at = end
      const raw = sql.slice(start, end)
      return this.#set("word", raw.toUpperCase(), raw)
    }
    if (code === BACK_TICK) return this.#quoted("name", "`")
    if (code === SINGLE_QUOTE) return this.#quoted("text", "'")
    if (code === DOUBLE_QUOTE) return this.#quoted("text", '"')
    this.#at = start + 1
    const character = sql.charAt(start)
    return this.#set("punctuation", character, character)
  }

  #set(kind: TokenKind, value: string, raw: string): void {
    this.kind = kind
    this.value = value
    this.raw = raw
  }

  /** Doubled quotes stand for one; a backslash hides the character behind it, except in back-ticks. */
  #quoted(kind: TokenKind, quote: string): void {
    const sql = this.#sql
    const start = this.#at
    const quoteCode = quote.charCodeAt(0)
    let end = start + 1
    for (; end < sql.length; end++) {
      const code = sql.charCodeAt(end)
      if (code === BACKSLASH && quote !== "`") end++
      else if (code === quoteCode) {
        if (sql.charCodeAt(end + 1) !== quoteCode) break
        end++
      }
    }
    this.#at = Math.min(end + 1, sql.length)
    this.#set(kind, sql.slice(start + 1, end).replaceAll(quote + quote, quote), sql.slice(start, this.#at))
  }

  #skipSpace(): void {
    const sql = this.#sql
    while (this.#at < sql.length) {
      const code = sql.charCodeAt(this.#at)
      if (code <= SPACE) this.#at++
      else if (code === HASH) this.#skipLine()
      else if (code === DASH && sql.charCodeAt(this.#at + 1) === DASH && isSpaceOrEnd(sql, this.#at + 2))
        this.#skipLine()
      else if (code === SLASH && sql.charCodeAt(this.#at + 1) === STAR) this.#enterComment()
      else if (this.#inComment && code === STAR && sql.charCodeAt(this.#at + 1) === SLASH) {
        this.#inComment = false
        this.#at += 2
      } else return
    }
  }

  #skipLine(): void {
    const end = this.#sql.indexOf("\n", this.#at)
    this.#at = end < 0 ? this.#sql.length : end + 1
  }

  // The content of a comment that opens with `/*!`, `/*!80000` or `/*M!100100` is part of the statement.
  #enterComment(): void {
    const sql = this.#sql
    EXECUTABLE.lastIndex = this.#at
    const opening = EXECUTABLE.exec(sql)
    if (opening !== null) {
      this.#at += opening[0].length
      this.#inComment = true
      return
    }
    const end = sql.indexOf("*/", this.#at + 2)
    this.#at = end < 0 ? sql.length : end + 2
  }
}

const EXECUTABLE = /\/\*M?!(?:\d{5,6})?/y
const SPACE = 0x20
const DOUBLE_QUOTE = 0x22
const HASH = 0x23
const SINGLE_QUOTE = 0x27
const STAR = 0x2a
const DASH = 0x2d
const SLASH = 0x2f
const BACKSLASH = 0x5c
const BACK_TICK = 0x60

/** Letters, digits, `_`, `$`, and every character beyond ASCII. */
function isWordCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code === 0x24 ||
    code >= 0x80
  )
}

function isSpaceOrEnd(sql: string, at: number): boolean {
  return at >= sql.length || sql.charCodeAt(at) <= SPACE
}
