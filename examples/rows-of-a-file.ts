// Prints the rows of a binlog file: node examples/rows-of-a-file.ts FILE
import { readBinlogFile, rowReader } from "@canal/binlog-protocol"

const [file = ""] = process.argv.slice(2)

for await (const events of readBinlogFile(file)) {
  for (const event of events) {
    if (event.type !== "rows") continue
    const { schema, table, columns } = event.table
    const names = columns.map(({ name }, ordinal) => name ?? `@${ordinal + 1}`)
    for (const { before, after } of rowReader(event.table)(event)) {
      const row = Object.fromEntries(names.map((name, i) => [name, (after ?? before)?.[i]]))
      console.log(`${event.file}:${event.position}`, event.kind, `${schema}.${table}`, row)
    }
  }
}
