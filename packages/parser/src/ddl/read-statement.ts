import type { StatementKind } from "../change.ts"
import { readAlter } from "./alter.ts"
import { readDml } from "./dml.ts"
import { readName, readTableName } from "./names.ts"
import type { TableName } from "./names.ts"
import { ofTable, otherObject, skipIfExists, UNREADABLE } from "./statement.ts"
import type { Statement } from "./statement.ts"
import { Tokenizer } from "./tokenizer.ts"

/**
 * Reads the kind and the names of a statement, and no more of its text than that takes. `undefined` for statements
 * that change neither tables nor databases nor rows: views, routines, triggers, users, grants, savepoints, …
 */
export function readStatement(sql: string, defaultSchema: string | undefined): Statement | undefined {
  const tokens = new Tokenizer(sql)
  while (tokens.take("(", ";")) {
    // Opening brackets before the first word mean nothing here.
  }
  if (tokens.kind !== "word") return UNREADABLE
  const verb = tokens.value
  if (SILENT.has(verb)) return undefined
  switch (verb) {
    case "CREATE":
      tokens.next()
      return readCreate(tokens, defaultSchema)
    case "DROP":
      tokens.next()
      return readDrop(tokens, defaultSchema)
    case "ALTER":
      tokens.next()
      return readAlter(tokens, defaultSchema)
    case "RENAME":
      tokens.next()
      return readRename(tokens, defaultSchema)
    case "TRUNCATE":
      tokens.next()
      tokens.take("TABLE")
      return ofTable("truncate-table", readTableName(tokens, defaultSchema))
    default:
      return readDml(tokens, defaultSchema)
  }
}

function readCreate(tokens: Tokenizer, defaultSchema: string | undefined): Statement | undefined {
  if (tokens.take("OR")) tokens.take("REPLACE")
  if (tokens.take("DATABASE", "SCHEMA")) {
    skipIfExists(tokens)
    return ofDatabase("create-database", tokens)
  }
  tokens.take("TEMPORARY")
  if (tokens.take("TABLE")) {
    skipIfExists(tokens)
    return ofTable("create-table", readTableName(tokens, defaultSchema))
  }
  const spatial = tokens.is("SPATIAL")
  while (tokens.take("ONLINE", "OFFLINE", "UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR")) {
    // The kind of index does not matter.
  }
  if (spatial && tokens.is("REFERENCE")) return undefined
  if (tokens.take("INDEX")) return readIndex("create-index", tokens, defaultSchema)
  return otherObject(tokens)
}

function readDrop(tokens: Tokenizer, defaultSchema: string | undefined): Statement | undefined {
  if (tokens.take("DATABASE", "SCHEMA")) {
    skipIfExists(tokens)
    return ofDatabase("drop-database", tokens)
  }
  tokens.take("TEMPORARY")
  if (tokens.take("TABLE", "TABLES")) {
    skipIfExists(tokens)
    const tables: TableName[] = []
    do {
      const name = readTableName(tokens, defaultSchema)
      if (name === undefined) break
      tables.push(name)
    } while (tokens.take(","))
    return { ...ofTable("drop-table", tables[0]), tables }
  }
  tokens.take("ONLINE", "OFFLINE")
  if (tokens.take("INDEX")) return readIndex("drop-index", tokens, defaultSchema)
  return otherObject(tokens)
}

/** `RENAME TABLE a TO b, c TO d`: named after the first new name. */
function readRename(tokens: Tokenizer, defaultSchema: string | undefined): Statement | undefined {
  if (!tokens.take("TABLE", "TABLES")) return otherObject(tokens)
  skipIfExists(tokens)
  const tables: TableName[] = []
  do {
    const from = readTableName(tokens, defaultSchema)
    if (tokens.take("WAIT")) tokens.next()
    else tokens.take("NOWAIT")
    if (!tokens.take("TO")) break
    const to = readTableName(tokens, defaultSchema)
    if (from === undefined || to === undefined) break
    tables.push(from, to)
  } while (tokens.take(","))
  return { ...ofTable("rename-table", tables[1]), tables }
}

/** `INDEX [IF …] name [USING kind] ON table`. */
function readIndex(kind: StatementKind, tokens: Tokenizer, defaultSchema: string | undefined): Statement {
  skipIfExists(tokens)
  if (readName(tokens) === undefined) return UNREADABLE
  if (tokens.take("USING", "TYPE")) tokens.next()
  return tokens.take("ON") ? ofTable(kind, readTableName(tokens, defaultSchema)) : UNREADABLE
}

function ofDatabase(kind: StatementKind, tokens: Tokenizer): Statement {
  const schema = readName(tokens)
  return schema === undefined ? UNREADABLE : { kind, schema, table: undefined, tables: [] }
}

/** First words of statements that change neither structure nor rows by themselves. */
const SILENT = new Set(
  (
    "GRANT REVOKE FLUSH ANALYZE OPTIMIZE REPAIR CHECK CHECKSUM CACHE RESET KILL SAVEPOINT ROLLBACK " +
    "RELEASE CALL DO SELECT VALUES TABLE SHOW USE DESCRIBE DESC EXPLAIN HELP INSTALL UNINSTALL LOCK " +
    "UNLOCK PREPARE EXECUTE DEALLOCATE IMPORT CHANGE START STOP PURGE SHUTDOWN RESTART CLONE HANDLER " +
    "SIGNAL BACKUP"
  ).split(" "),
)
