import { ByteReader } from "../bytes/byte-reader.ts"
import { readUInt8 } from "../bytes/read.ts"
import type { Column } from "../value/column.ts"
import { columnTypeOf, decodeTypeMetadata } from "./column-types.ts"
import type { TypedColumn } from "./column-types.ts"
import { decodeRowMetadata } from "./row-metadata.ts"
import type { EventBase } from "./event.ts"

/** TABLE_MAP: which table the following rows belong to, and how its columns are laid out. */
export interface TableMapEvent extends EventBase {
  readonly type: "table-map"
  /** The number by which the rows that follow name the table. */
  readonly tableId: number
  readonly table: TableMap
}

/**
 * A table as a table map describes it. The same object serves every event whose table map has the same bytes, so
 * that what is prepared for it can be kept in a `WeakMap`.
 */
export interface TableMap {
  /** The number in the first of these table maps. It changes from event to event: see `TableMapEvent` and `RowsEvent`. */
  readonly tableId: number
  readonly schema: string
  readonly table: string
  readonly columns: readonly Column[]
  /** Ordinals of the primary key's columns in key order; `undefined` unless row metadata is FULL. */
  readonly primaryKey: readonly number[] | undefined
}

export function tableMapEvent(base: EventBase, tableId: number, table: TableMap): TableMapEvent {
  return {
    file: base.file,
    position: base.position,
    endPosition: base.endPosition,
    length: base.length,
    timestamp: base.timestamp,
    serverId: base.serverId,
    typeCode: base.typeCode,
    flags: base.flags,
    innerIndex: base.innerIndex,
    type: "table-map",
    tableId,
    table,
  }
}

/*
 * Behind the table id (6 bytes, 4 from very old sources): 2 flags · 1 length, schema, 0 · 1 length, table, 0 ·
 * length-encoded count of columns · 1 type each · length-encoded length of the types' metadata, this · a bit each,
 * lowest first: may be NULL · optional metadata, see row-metadata.ts.
 */
/** Reads what stands behind the table id. Nothing in the table refers to `bytes` afterwards. The flavours differ in row metadata. */
export function decodeTable(
  tableId: number,
  bytes: Buffer,
  start: number,
  end: number,
  mariadb: boolean,
): TableMap {
  const reader = new ByteReader(bytes, start, end, "TABLE_MAP")
  reader.skip(2)
  const schema = reader.utf8(reader.uint8())
  reader.skip(1)
  const table = reader.utf8(reader.uint8())
  reader.skip(1)
  const count = reader.lengthEncoded()
  const typesAt = reader.take(count)
  const metadata = reader.part(reader.lengthEncoded())
  const typed: TypedColumn[] = []
  for (let i = 0; i < count; i++) {
    const code = readUInt8(bytes, typesAt + i)
    const type = columnTypeOf(code)
    if (type === undefined) throw reader.malformed(`the column type ${code} in ${schema}.${table}`)
    typed.push(decodeTypeMetadata(type, metadata))
  }
  const nullableAt = reader.take((count + 7) >> 3)
  const more = decodeRowMetadata(reader, typed, mariadb)
  const columns = typed.map(({ type, metadata }, i): Column => ({
    type,
    metadata,
    nullable: ((readUInt8(bytes, nullableAt + (i >> 3)) >> (i & 7)) & 1) === 1,
    name: more.names[i],
    unsigned: more.unsigned[i],
    collation: more.collations[i],
    labels: more.labels[i],
    geometryType: more.geometryTypes[i],
    vectorDimensions: more.vectorDimensions[i],
    visible: more.visible[i],
    special: undefined,
  }))
  return { tableId, schema, table, columns, primaryKey: more.primaryKey }
}
