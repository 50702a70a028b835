import { ByteWriter, columnCodec, withHint } from "@canal/binlog-protocol"
import type { ColumnCodec, ColumnHints } from "@canal/binlog-protocol"
import type { SourceTable } from "@canal/parser"
import { canalText } from "./canal-text.ts"
import { columnFormat } from "./column-format.ts"
import { ColumnWriter } from "./column-writer.ts"
import type { EntryFacts } from "../entry-facts.ts"
import { namesOf } from "../header.ts"
import { tableDescription } from "./table-description.ts"
import { textKind } from "./text-kind.ts"
import type { ZoneOffset } from "./zone-offset.ts"

/** Everything about a table that its rows have in common. Made once for each `SourceTable`. */
export class TablePlan {
  readonly facts: EntryFacts
  /** The header's schemaName and tableName fields. */
  readonly headerNames: Buffer
  readonly columns: readonly ColumnWriter[]
  readonly codecs: readonly ColumnCodec[]
  readonly zoneOffset: ZoneOffset
  /** The table as WebAssembly knows it; `undefined` for one that is not for it. */
  readonly description: Buffer | undefined

  constructor(table: SourceTable, hints: ColumnHints | undefined, zoneOffset: ZoneOffset) {
    this.facts = { kind: "rows", ackable: false, ddl: false, table: `${table.schema}.${table.name}` }
    this.headerNames = namesOf(table.schema, table.name, new ByteWriter(64)).copy()
    this.zoneOffset = zoneOffset
    const parts = table.map.columns.map((bare, ordinal) => {
      const column = withHint(bare, hints?.[ordinal])
      const source = table.columns[ordinal] ?? { name: column.name ?? "", key: false, type: "" }
      const format = columnFormat(ordinal, column, source)
      const codec = columnCodec(column)
      const text = canalText(column, zoneOffset)
      const kind = textKind(column, zoneOffset)
      return { column, format, codec, writer: new ColumnWriter(format, text), kind }
    })
    this.columns = parts.map(({ writer }) => writer)
    this.codecs = parts.map(({ codec }) => codec)
    this.description = tableDescription(parts)
  }
}
