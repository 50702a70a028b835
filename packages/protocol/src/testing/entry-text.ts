import type { Column } from "../entry/column.ts"
import type { Entry } from "../entry/entry.ts"
import type { Pair } from "../entry/pair.ts"
import { decodeRowChange } from "../entry/row-change.ts"
import { decodeTransactionBegin, decodeTransactionEnd } from "../entry/transaction.ts"

/** An entry in protobuf's text form, as the recordings hold it: header, then the decoded content. */
export function entryText(entry: Entry): string {
  const { header } = entry
  const lines = [
    `=== entry ${entry.entryType}`,
    `version: ${header.version}`,
    `logfileName: ${quoted(header.logfileName)}`,
    `logfileOffset: ${header.logfileOffset}`,
    `serverId: ${header.serverId}`,
    `serverenCode: ${quoted(header.serverenCode)}`,
    `executeTime: ${header.executeTime}`,
    `sourceType: ${header.sourceType}`,
    ...present("schemaName", header.schemaName),
    ...present("tableName", header.tableName),
    `eventLength: ${header.eventLength}`,
    ...(header.eventType === undefined ? [] : [`eventType: ${header.eventType}`]),
    ...pairs(header.props),
    ...present("gtid", header.gtid),
  ]
  if (entry.entryType === "TRANSACTIONBEGIN") {
    const { props, threadId } = decodeTransactionBegin(entry.storeValue)
    lines.push("--- begin", ...pairs(props), ...(threadId === undefined ? [] : [`threadId: ${threadId}`]))
  } else if (entry.entryType === "TRANSACTIONEND") {
    const { transactionId, props } = decodeTransactionEnd(entry.storeValue)
    lines.push("--- end", ...present("transactionId", transactionId), ...pairs(props))
  } else {
    lines.push("--- rowchange", ...rowChangeLines(entry.storeValue))
  }
  return `${lines.join("\n")}\n`
}

function rowChangeLines(storeValue: Buffer): readonly string[] {
  const change = decodeRowChange(storeValue)
  return [
    ...(change.tableId === undefined ? [] : [`tableId: ${change.tableId}`]),
    ...(change.eventType === undefined ? [] : [`eventType: ${change.eventType}`]),
    ...(change.isDdl === undefined ? [] : [`isDdl: ${change.isDdl}`]),
    ...present("sql", change.sql),
    ...change.rowDatas.flatMap((row) => [
      "rowDatas {",
      ...row.beforeColumns.flatMap((column) => columnLines("beforeColumns", column)),
      ...row.afterColumns.flatMap((column) => columnLines("afterColumns", column)),
      "}",
    ]),
    ...pairs(change.props),
    ...present("ddlSchemaName", change.ddlSchemaName),
  ]
}

function columnLines(field: string, column: Column): readonly string[] {
  return [
    `  ${field} {`,
    `    index: ${column.index}`,
    `    sqlType: ${column.sqlType}`,
    `    name: ${quoted(column.name)}`,
    `    isKey: ${column.isKey}`,
    `    updated: ${column.updated}`,
    `    isNull: ${column.isNull}`,
    ...(column.value === undefined ? [] : [`    value: ${quoted(column.value)}`]),
    `    mysqlType: ${quoted(column.mysqlType)}`,
    "  }",
  ]
}

function pairs(props: readonly Pair[]): readonly string[] {
  return props.flatMap(({ key, value }) => [
    "props {",
    `  key: ${quoted(key)}`,
    `  value: ${quoted(value)}`,
    "}",
  ])
}

function present(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`${name}: ${quoted(value)}`]
}

/** As the recorder wrote text: UTF-8 as it is; line feeds, quotes and backslashes escaped. */
function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"')}"`
}
