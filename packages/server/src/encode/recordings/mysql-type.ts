import type { RuleName } from "./rule-names.ts"

/*
 * mysqlType is in Java the text of the statement that defined the table; ours is the type as the source knows it.
 * What is left of both once these differences are taken off has to be the same.
 */

interface Simplification {
  readonly rule: RuleName
  simplify(type: string): string
}

const SIMPLIFICATIONS: readonly Simplification[] = [
  {
    rule: "mysqlType: letter case",
    // Labels of ENUM and SET keep theirs.
    simplify: (type) => type.replaceAll(/'(?:[^']|'')*'|[^']+/g, (part) => lowerUnlessLabel(part)),
  },
  {
    rule: "mysqlType: synonyms",
    simplify: (type) =>
      type
        .replace(/^boolean$/, "tinyint(1)")
        .replace(/^numeric\b/, "decimal")
        .replace(/^real\b/, "double"),
  },
  { rule: "mysqlType: ZEROFILL", simplify: (type) => type.replace(/ zerofill$/, "") },
  {
    rule: "mysqlType: display width",
    simplify: (type) => type.replace(/^(tinyint|smallint|mediumint|int|bigint|year)\(\d+\)/, "$1"),
  },
  {
    rule: "mysqlType: (M,D) of FLOAT and DOUBLE",
    simplify: (type) => type.replace(/^(float|double)\(\d+,\d+\)/, "$1"),
  },
]

function lowerUnlessLabel(part: string): string {
  return part.startsWith("'") ? part : part.toLowerCase()
}

/** The rules by which two types are the same; `undefined` if they are not. */
export function rulesOfType(java: string, ours: string): readonly RuleName[] | undefined {
  const rules: RuleName[] = []
  let [left, right] = [java, ours]
  for (const simplification of SIMPLIFICATIONS) {
    if (left === right) break
    const [simpleLeft, simpleRight] = [simplification.simplify(left), simplification.simplify(right)]
    if (simpleLeft === left && simpleRight === right) continue
    rules.push(simplification.rule)
    left = simpleLeft
    right = simpleRight
  }
  if (left === "json" && right === "longtext") return [...rules, "mysqlType: JSON of MariaDB"]
  return left === right ? rules : undefined
}
