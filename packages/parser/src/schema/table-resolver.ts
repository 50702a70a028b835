import { withHint } from "@canal/binlog-protocol"
import type { ColumnHints, TableMap } from "@canal/binlog-protocol"
import { publishNotice } from "../notices.ts"
import type { SourceColumn, SourceTable } from "../table/source-table.ts"
import { fits } from "./fits.ts"
import type { CatalogColumn, SchemaCatalog } from "./schema-catalog.ts"
import { typeText } from "./type-text.ts"

/** A table with all that is known of it. */
export interface ResolvedTable {
  readonly table: SourceTable
  readonly hints: ColumnHints | undefined
}

/**
 * Finds names, keys and types for table maps: in the table map, else in the catalog if what that says fits, else
 * there are none and the columns are called `@1`, `@2`, … Results are remembered until the structure may have changed.
 */
export class TableResolver {
  readonly #catalog: SchemaCatalog | undefined
  #resolved = new WeakMap<TableMap, ResolvedTable>()
  readonly #columns = new Map<string, readonly CatalogColumn[] | undefined>()
  readonly #warned = new Set<string>()

  constructor(catalog: SchemaCatalog | undefined) {
    this.#catalog = catalog
  }

  /** What is remembered of a table map, or `undefined`: then `resolve` it. */
  known(map: TableMap): ResolvedTable | undefined {
    return this.#resolved.get(map)
  }

  async resolve(map: TableMap): Promise<ResolvedTable> {
    const complete = hasNames(map)
    let fitting: readonly CatalogColumn[] | undefined
    if (this.#catalog !== undefined && (!complete || this.#catalog.knowsMoreThanMetadata))
      fitting = await this.#fittingColumns(this.#catalog, map)
    if (!complete && fitting === undefined) this.#warn(map)
    const resolved = build(map, fitting)
    this.#resolved.set(map, resolved)
    return resolved
  }

  /** Forgets what came from the catalog; to be called at each statement that changes structure. */
  forget(): void {
    if (this.#columns.size === 0) return
    this.#columns.clear()
    this.#warned.clear()
    this.#resolved = new WeakMap()
  }

  async #fittingColumns(
    catalog: SchemaCatalog,
    map: TableMap,
  ): Promise<readonly CatalogColumn[] | undefined> {
    const name = `${map.schema}.${map.table}`
    const remembered = this.#columns.get(name)
    if (remembered !== undefined && allFit(map, remembered)) return remembered
    const columns = await catalog.columns(map.schema, map.table)
    this.#columns.set(name, columns)
    return columns !== undefined && allFit(map, columns) ? columns : undefined
  }

  #warn({ schema, table }: TableMap): void {
    const name = `${schema}.${table}`
    if (this.#warned.has(name)) return
    this.#warned.add(name)
    publishNotice(
      "warning",
      "unknown-columns",
      `The column names of ${name} are not known: the binlog does not carry them, and the table of that name at the source is another or gone. Its columns are called @1, @2, …; set binlog_row_metadata=FULL at the source`,
    )
  }
}

function hasNames(map: TableMap): boolean {
  return map.columns.every((column) => column.name !== undefined)
}

function allFit(map: TableMap, columns: readonly CatalogColumn[]): boolean {
  return (
    columns.length === map.columns.length &&
    map.columns.every((column, ordinal) => {
      const known = columns[ordinal]
      return known !== undefined && fits(column, known)
    })
  )
}

function build(map: TableMap, catalog: readonly CatalogColumn[] | undefined): ResolvedTable {
  const columns = map.columns.map((column, ordinal): SourceColumn => {
    const known = catalog?.[ordinal]
    return {
      name: column.name ?? known?.name ?? `@${ordinal + 1}`,
      key: map.primaryKey === undefined ? (known?.key ?? false) : map.primaryKey.includes(ordinal),
      type: known?.type ?? typeText(withHint(column, known?.hint)),
    }
  })
  const nameless = !hasNames(map)
  // With their names, by which changes of a part of a JSON document call their column.
  const hints =
    catalog === undefined && !nameless
      ? undefined
      : columns.map(({ name }, ordinal) => Object.assign(nameless ? { name } : {}, catalog?.[ordinal]?.hint))
  return { table: { schema: map.schema, name: map.table, map, columns }, hints }
}
