import type { Difference } from "./compare.ts"
import { textOf } from "./entry-tree.ts"
import { meansSameJson } from "./json-text.ts"
import { rulesOfType } from "./mysql-type.ts"
import type { RuleName } from "./rule-names.ts"

/** The rules that allow a difference between two fields; `undefined` if none does. `input` is what was run. */
export function rulesOf(difference: Difference, input: string): readonly RuleName[] | undefined {
  const { field, java, ours } = difference
  if (field === "column.mysqlType" && java !== undefined && ours !== undefined) {
    const rules = rulesOfType(java, ours)
    if (rules !== undefined) return rules
  }
  const rule = FIELD_RULES.find((rule) => rule.fields.includes(field) && rule.allows(difference, input))
  return rule && [rule.name]
}

interface FieldRule {
  readonly name: RuleName
  readonly fields: readonly string[]
  allows(difference: Difference, input: string): boolean
}

const FIELD_RULES: readonly FieldRule[] = [
  {
    name: "DECIMAL in full scale",
    fields: ["column.value"],
    allows: (difference) => {
      const [, scale] = /^(?:decimal|numeric)\(\d+,(\d+)\)/i.exec(typeOf(difference)) ?? []
      const { java, ours } = both(difference)
      const [, digits = ""] = ours.split(".")
      return scale === String(digits.length) && ours.startsWith(java) && /^0+$/.test(ours.slice(java.length))
    },
  },
  {
    name: "shortest floating point digits",
    fields: ["column.value"],
    allows: (difference) => {
      const [type] = /^(float|double|real)\b/i.exec(typeOf(difference)) ?? []
      const { java, ours } = both(difference)
      const exact = type?.toLowerCase() === "float" ? Math.fround : Number
      return type !== undefined && exact(Number(java)) === exact(Number(ours)) && ours.length <= java.length
    },
  },
  {
    name: "JSON text of MySQL",
    fields: ["column.value"],
    allows: (difference) => {
      const { java, ours } = both(difference)
      return isMysqlJson(difference) && meansSameJson(java, ours)
    },
  },
  {
    name: "document after a partial JSON update",
    fields: ["column.value"],
    allows: (difference) => {
      const { java, ours } = both(difference)
      return isMysqlJson(difference) && /^JSON_(REPLACE|REMOVE)\(j, /.test(java) && ours.startsWith("{")
    },
  },
  {
    name: "key of a MINIMAL update in FlatMessage",
    fields: ["column.key", "column.isKey"],
    allows: ({ java, javaAround, ours }) =>
      textOf(javaAround, 2) === undefined && (java === undefined || (java === "0" && ours === "1")),
  },
  {
    name: "JSON of MariaDB as text",
    fields: ["column.value", "column.sqlType"],
    allows: (difference) => {
      const { java, ours } = both(difference)
      if (typeOf(difference) !== "JSON" || textOf(difference.oursAround, 2) !== "2005") return false
      if (difference.field === "column.sqlType") return java === "2004"
      return Buffer.from(java, "latin1").toString("utf8") === ours
    },
  },
  {
    name: "character set of the column",
    fields: ["column.value"],
    allows: (difference, input) => {
      const { java, ours } = both(difference)
      const converted = !/^(?:utf8\w*|ascii|binary|)$/.test(charsetOf(difference, input))
      return converted && java !== ours && input.includes(`'${ours}'`)
    },
  },
  {
    name: "VARCHAR CHARACTER SET binary as bytes",
    fields: ["column.value", "column.sqlType", "column.mysqlType"],
    allows: (difference, input) => {
      const { java, ours } = both(difference)
      if (charsetOf(difference, input) !== "binary") return false
      if (difference.field === "column.sqlType") return java === "12" && ours === "2004"
      if (difference.field === "column.mysqlType") return java.replace("VARCHAR", "varbinary") === ours
      return Buffer.from(java).toString("latin1") === ours
    },
  },
  {
    name: "UUID, INET4, INET6 as text",
    fields: ["column.value"],
    allows: (difference, input) =>
      /^(UUID|INET4|INET6)$/.test(typeOf(difference)) && input.includes(`'${difference.ours}'`),
  },
  {
    name: "UNIQUE NOT NULL as key",
    fields: ["column.isKey"],
    allows: ({ java, ours, table, javaAround }) =>
      java === "0" && ours === "1" && table === "types.uniq" && textOf(javaAround, 3) === "a",
  },
  {
    name: "database name without back-ticks",
    fields: ["header.schemaName"],
    allows: ({ java, ours, sql }) => java === `\`${ours}\`` && /^(create|drop) database /i.test(sql ?? ""),
  },
  {
    name: "tagged GTID",
    fields: ["header.gtid", "props.value"],
    allows: (difference) => {
      const { java, ours } = both(difference)
      if (difference.field === "header.gtid") return ours.replace(/:tag_one:1$/, "") === java
      // Sequence number and last committed are those of the transaction whose GTID is beside them.
      const props = difference.oursHeader.filter(({ number }) => number === 12)
      return props.some(({ message = [] }) => textOf(message, 2)?.endsWith(":tag_one:1"))
    },
  },
  {
    name: "statement that Java cannot parse",
    fields: ["header.schemaName", "header.tableName", "header.eventType", "rowChange.eventType"],
    allows: (difference) => {
      if (difference.table !== "undefined.undefined") return false
      if (difference.field.endsWith("Name")) return difference.java === undefined
      return difference.java === "7"
    },
  },
]

/** mysqlType as Java has it. */
function typeOf({ javaAround }: Difference): string {
  return textOf(javaAround, 10) ?? ""
}

function isMysqlJson(difference: Difference): boolean {
  return typeOf(difference) === "JSON" && textOf(difference.oursAround, 10) === "json"
}

/** The character set that the statements give to the column; "" for none. */
function charsetOf({ javaAround }: Difference, input: string): string {
  const name = textOf(javaAround, 3) ?? ""
  return new RegExp(`\\b${name} [A-Z]+(?:\\(\\S+\\))? CHARACTER SET (\\w+)`).exec(input)?.[1] ?? ""
}

function both({ java = "", ours = "" }: Difference): { java: string; ours: string } {
  return { java, ours }
}
