import { readTableName } from "./names.ts"
import { ofTable, UNREADABLE } from "./statement.ts"
import type { Statement } from "./statement.ts"
import type { Tokenizer } from "./tokenizer.ts"

/**
 * A statement that changes rows, named after the first table it changes. Of an UPDATE or DELETE over several tables
 * only that one is known, so that `tables` is empty. REPLACE and LOAD DATA count as inserts.
 */
export function readDml(tokens: Tokenizer, defaultSchema: string | undefined): Statement | undefined {
  if (!skipPrefix(tokens) || tokens.is("SELECT")) return undefined
  if (tokens.take("INSERT", "REPLACE")) {
    while (tokens.take("LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO")) {
      // Words that may stand before the name.
    }
    return ofTable("insert", readTableName(tokens, defaultSchema))
  }
  if (tokens.take("UPDATE")) return readUpdate(tokens, defaultSchema)
  if (tokens.take("DELETE")) return readDelete(tokens, defaultSchema)
  if (tokens.take("LOAD")) {
    while (tokens.kind !== "end" && !tokens.take("TABLE")) tokens.next()
    return ofTable("insert", readTableName(tokens, defaultSchema))
  }
  return UNREADABLE
}

function readUpdate(tokens: Tokenizer, defaultSchema: string | undefined): Statement {
  while (tokens.take("LOW_PRIORITY", "IGNORE", "(")) {
    // Words and brackets that may stand before the name.
  }
  const statement = ofTable("update", readTableName(tokens, defaultSchema))
  return isLone(tokens, "SET") ? statement : { ...statement, tables: [] }
}

function readDelete(tokens: Tokenizer, defaultSchema: string | undefined): Statement {
  while (tokens.take("LOW_PRIORITY", "QUICK", "IGNORE", "HISTORY")) {
    // Words that may stand before the name.
  }
  const fromFirst = tokens.take("FROM")
  const statement = ofTable("delete", readTableName(tokens, defaultSchema))
  return fromFirst && isLone(tokens, "WHERE") ? statement : { ...statement, tables: [] }
}

/** Whether nothing but an alias, partitions or a clause in brackets stands between the table and that word. */
function isLone(tokens: Tokenizer, last: string): boolean {
  for (let depth = 0; tokens.kind !== "end"; tokens.next()) {
    if (tokens.is("(")) depth++
    else if (tokens.is(")")) depth--
    else if (depth > 0) continue
    else if (tokens.is(last)) return true
    else if (tokens.is(",") || tokens.is("JOIN") || tokens.is("STRAIGHT_JOIN") || tokens.is("USING"))
      return false
  }
  return true
}

/**
 * `WITH name AS (…), …` before the verb, and MariaDB's `SET STATEMENT variable = value FOR`. False for any other SET,
 * which changes no row.
 */
function skipPrefix(tokens: Tokenizer): boolean {
  if (tokens.take("SET")) {
    if (!tokens.take("STATEMENT")) return false
    while (tokens.kind !== "end" && !tokens.take("FOR")) tokens.next()
    return true
  }
  if (!tokens.is("WITH")) return true
  for (let depth = 0; tokens.kind !== "end"; tokens.next()) {
    if (tokens.is("(")) depth++
    else if (tokens.is(")")) depth--
    else if (depth === 0 && AFTER_WITH.has(tokens.value) && tokens.kind === "word") return true
  }
  return true
}

const AFTER_WITH = new Set(["SELECT", "INSERT", "REPLACE", "UPDATE", "DELETE"])
