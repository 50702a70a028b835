/** A parsed JSON document. Integers beyond the safe range stay exact as `bigint`; opaque scalars are strings. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** A change of a part of a JSON document. */
export interface JsonDiff {
  readonly operation: "replace" | "insert" | "remove"
  /** Where, e.g. `$.a[1]`. An insertion of an element stands in front of what is there. */
  readonly path: string
  /** What is to be there; `undefined` for a removal. */
  readonly value: JsonValue | undefined
}

/**
 * What is known of a JSON column after an update that logged its changes only (`binlog_row_value_options`), where the
 * row image does not hold the document before.
 */
export class PartialJson {
  /** The changes, in the order in which they are to be made. */
  readonly diffs: readonly JsonDiff[]
  readonly #text: string

  constructor(diffs: readonly JsonDiff[], text: string) {
    this.diffs = diffs
    this.#text = text
  }

  /** The changes as a call of MySQL's functions: `JSON_REPLACE(doc, '$.a', 2)`. */
  toString(): string {
    return this.#text
  }
}
