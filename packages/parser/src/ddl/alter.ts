import type { StatementKind } from "../change.ts"
import { readTableName } from "./names.ts"
import type { TableName } from "./names.ts"
import { ofTable, otherObject, skipIfExists } from "./statement.ts"
import type { Statement } from "./statement.ts"
import type { Tokenizer } from "./tokenizer.ts"

/** What stands behind ALTER. An ALTER TABLE counts as what its first item does. */
export function readAlter(tokens: Tokenizer, defaultSchema: string | undefined): Statement | undefined {
  while (tokens.take("ONLINE", "OFFLINE", "IGNORE")) {
    // Ways to run it, not what it does.
  }
  if (!tokens.take("TABLE")) return otherObject(tokens)
  skipIfExists(tokens)
  const name = readTableName(tokens, defaultSchema)
  if (name === undefined) return ofTable("other", undefined)
  skipModifiers(tokens)
  if (tokens.take("RENAME")) return readRename(tokens, name, defaultSchema)
  return ofTable(firstItem(tokens), name)
}

/** `WAIT n`, `ALGORITHM = x`, `LOCK = x` and the like, which may stand before the first item. */
function skipModifiers(tokens: Tokenizer): void {
  for (;;) {
    if (tokens.take("NOWAIT") || tokens.take(",")) continue
    if (tokens.take("WAIT")) tokens.next()
    else if (tokens.take("ALGORITHM", "LOCK")) {
      tokens.take("=")
      tokens.next()
    } else return
  }
}

/** `RENAME [TO | AS | =] new`; renaming a column or an index is an ordinary ALTER. */
function readRename(tokens: Tokenizer, old: TableName, defaultSchema: string | undefined): Statement {
  if (tokens.is("COLUMN") || tokens.is("INDEX") || tokens.is("KEY")) return ofTable("alter-table", old)
  tokens.take("TO", "AS", "=")
  const renamed = readTableName(tokens, defaultSchema)
  return renamed === undefined
    ? ofTable("alter-table", old)
    : { kind: "rename-table", schema: renamed.schema, table: renamed.table, tables: [old, renamed] }
}

function firstItem(tokens: Tokenizer): StatementKind {
  if (tokens.take("ADD")) {
    if (tokens.take("CONSTRAINT") && !tokens.is("UNIQUE")) tokens.next()
    return ADDS_INDEX.has(bareWord(tokens)) ? "create-index" : "alter-table"
  }
  if (tokens.take("DROP")) return DROPS_INDEX.has(bareWord(tokens)) ? "drop-index" : "alter-table"
  return "alter-table"
}

/** "" where the token is quoted: a column may be called `index` in back-ticks. */
function bareWord(tokens: Tokenizer): string {
  return tokens.kind === "word" ? tokens.value : ""
}

const ADDS_INDEX = new Set(["INDEX", "KEY", "UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR"])
const DROPS_INDEX = new Set(["INDEX", "KEY", "CONSTRAINT"])
