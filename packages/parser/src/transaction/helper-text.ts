import type { IntVarEvent, RandomEvent, UserVarEvent } from "@canal/binlog-protocol"

/** A helper event of statement-format DML as the statement that has its effect, in Canal's wording. */
export function helperText(event: IntVarEvent | RandomEvent | UserVarEvent): string {
  if (event.type === "int-var") return `SET ${event.variable} = ${event.value}`
  if (event.type === "random") return `SET SESSION rand_seed1 = ${event.seed1} , rand_seed2 = ${event.seed2}`
  return `SET @${event.name} := ${userVariable(event)}`
}

function userVariable({ value, valueType }: UserVarEvent): string {
  if (value === null) return "NULL"
  return valueType === "string" ? `'${value}'` : String(value)
}
