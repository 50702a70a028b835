// Follows a live MySQL or MariaDB: node examples/follow-a-source.ts mysql://USER:PASSWORD@HOST:PORT
import { once } from "node:events"
import { parseSourceUrl } from "@canal/binlog-protocol"
import { changes, tableFilter } from "@canal/parser"

const [url = ""] = process.argv.slice(2)
const ending = new AbortController()
void once(process, "SIGINT").then(() => ending.abort())
const filter = { current: tableFilter({ exclude: "mysql\\..*" }) }

for await (const batch of changes(parseSourceUrl(url), undefined, { signal: ending.signal, filter })) {
  for (const change of batch) {
    if (change.kind === "heartbeat") console.log("up to", change.file, change.offset)
    else if (change.kind === "ddl") console.log(change.sql)
    else if (change.kind === "rows")
      for (const { before, after } of change.values())
        console.log(change.event.kind, `${change.table.schema}.${change.table.name}`, before, after)
  }
}
