import { ParserError } from "../errors.ts"
import { compilePattern, splitPatterns } from "./patterns.ts"

/** Which tables are wanted. Immutable: to change a filter while it is in use, put another in its place. */
export interface TableFilter {
  /** Says it for a name in any letter case. Costs a match against every pattern: keep the answer. */
  accepts(schema: string, table: string): boolean
}

/** Holds the filter in use. The parser looks at `current` at each event and drops what it remembered of another. */
export interface FilterSlot {
  current: TableFilter
}

/**
 * Canal's table filter: `include` and `exclude` are comma-separated Perl 5 regular expressions over the whole of the
 * lower-cased `schema.table`. Without `include` every table is wanted; what `exclude` matches is not.
 *
 * @throws {ParserError} `INVALID_FILTER`, naming the pattern.
 */
export function tableFilter(
  options: { readonly include?: string; readonly exclude?: string } = {},
): TableFilter {
  const include = compile(options.include)
  const exclude = compile(options.exclude)
  return {
    accepts(schema, table) {
      const name = `${schema}.${table}`.toLowerCase()
      if (exclude.some((pattern) => pattern.test(name))) return false
      return include.length === 0 || include.some((pattern) => pattern.test(name))
    },
  }
}

function compile(list = ""): readonly RegExp[] {
  return splitPatterns(list).map((pattern) => {
    try {
      return compilePattern(pattern)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new ParserError(
        "INVALID_FILTER",
        `The table filter pattern ${pattern} is no regular expression: ${reason}. Separate patterns by commas, as in shop\\..*,crm\\.customer`,
        { cause },
      )
    }
  })
}
