/** A row of a result: each column by its name, as text. */
export type TextRow = Readonly<Record<string, string | null>>

/** Runs a statement and gives its rows. `?` in the statement stand for the values. */
export type Query = (sql: string, values: readonly string[]) => Promise<readonly TextRow[]>
