import type { Tokenizer } from "./tokenizer.ts"

/** A table that a statement names; `schema` is the default database where the statement leaves it out. */
export interface TableName {
  readonly schema: string | undefined
  readonly table: string
}

/** Reads `table`, `schema.table` or `.table`, in any quotes. `undefined` where no name stands. */
export function readTableName(tokens: Tokenizer, defaultSchema: string | undefined): TableName | undefined {
  tokens.take(".")
  const first = readName(tokens)
  if (first === undefined) return undefined
  if (!tokens.take(".")) return { schema: defaultSchema, table: first }
  // `t.*`, as a multi-table DELETE may write it.
  if (tokens.take("*")) return { schema: defaultSchema, table: first }
  const second = readName(tokens)
  return second === undefined ? undefined : { schema: first, table: second }
}

/** Reads one name: bare, in back-ticks, or in double quotes as ANSI_QUOTES has it. */
export function readName(tokens: Tokenizer): string | undefined {
  const { kind, value, raw } = tokens
  if (kind === "word") {
    tokens.next()
    return raw
  }
  if (kind === "name" || (kind === "text" && raw.startsWith('"'))) {
    tokens.next()
    return value
  }
  return undefined
}
