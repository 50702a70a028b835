import type { ColumnType } from "./column-type.ts"

/** One column of a table map. What the source did not write is `undefined`. */
export interface Column {
  readonly type: ColumnType
  /**
   * The type's own metadata, as one number. NEWDECIMAL: precision << 8 | scale. BIT: bits. VARCHAR, VAR_STRING,
   * STRING: greatest length in bytes. BLOB family, JSON, GEOMETRY, VECTOR: bytes of the length prefix. ENUM, SET:
   * bytes of the value. TIME2, DATETIME2, TIMESTAMP2: fraction digits. FLOAT, DOUBLE: bytes. Others: 0.
   */
  readonly metadata: number
  readonly nullable: boolean
  readonly name: string | undefined
  readonly unsigned: boolean | undefined
  /** Collation id; 63 is binary. Only for character, ENUM and SET columns. */
  readonly collation: number | undefined
  /** The labels of an ENUM or SET, in the order of their numbers. */
  readonly labels: readonly string[] | undefined
  /** Geometry type number as the source wrote it: 0 GEOMETRY, 1 POINT, 2 LINESTRING, … */
  readonly geometryType: number | undefined
  readonly vectorDimensions: number | undefined
  readonly visible: boolean | undefined
  /**
   * MariaDB's types that look like another type in a table map: never known from the wire, only from a hint.
   * `json` is LONGTEXT with a check, the others are BINARY.
   */
  readonly special: SpecialType | undefined
  /**
   * Fraction digits of a TIME, DATETIME or TIMESTAMP in MariaDB's own old format (`mysql56_temporal_format=OFF`), of which
   * the table map says nothing: only from a hint. Without it such values, and all behind them in the row, are read wrongly.
   */
  readonly oldFraction?: number | undefined
}

export type SpecialType = "json" | "inet4" | "inet6" | "uuid"

/** What someone who knows the table adds to a column of its table map. A hint never overrules what the wire said. */
export interface ColumnHint {
  readonly name?: string
  readonly unsigned?: boolean
  readonly collation?: number
  readonly labels?: readonly string[]
  readonly special?: SpecialType
  readonly oldFraction?: number
}

/** Hints for all columns of a table, by ordinal. */
export type ColumnHints = readonly ColumnHint[]
