/**
 * What a column's values are, as far as two readers of them may differ in how they show the same value. It decides how
 * values are compared; see `canonicalText`.
 */
export const forms = [
  "integer",
  "text",
  "decimal",
  "float",
  "double",
  "datetime",
  "timestamp",
  "labels",
  "bytes",
  "json",
  "bits",
] as const

export type Form = (typeof forms)[number]
