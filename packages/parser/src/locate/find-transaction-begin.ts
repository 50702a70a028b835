import type { FilePosition } from "@canal/binlog-protocol"
import { ParserError } from "../errors.ts"
import { TableResolver } from "../schema/table-resolver.ts"
import type { DumpOptions, OpenDump } from "../source/open-dump.ts"
import { isPartOfGroup, ResumePoint } from "../source/resume-point.ts"
import { ChangeReader } from "../transaction/change-reader.ts"

const FIRST_EVENT = 4
const NOTHING = { current: { accepts: () => false } }

/** Reads a binlog file from its begin to find where the transaction begins that an event lies in. */
export async function findTransactionBegin(
  open: OpenDump,
  inside: { readonly file: string; readonly position: number },
  options: DumpOptions,
): Promise<FilePosition> {
  const { file, position } = inside
  const reader = new ChangeReader(new TableResolver(undefined), NOTHING, undefined)
  const point = new ResumePoint({ file, offset: FIRST_EVENT })
  for await (const events of open({ file, offset: FIRST_EVENT }, options))
    for (const event of events) {
      const reached = isPartOfGroup(event) && event.position >= position
      if (reached && event.position === position && !point.complete && point.position !== undefined)
        return point.position
      // A heartbeat comes at the end of the binlog only.
      if (reached || event.file !== file || event.type === "heartbeat") throw notFound(inside)
      // Changes that cannot be read are none of ours before the start.
      if (event.type !== "unknown" && event.type !== "incident" && event.type !== "load-data")
        reader.read(event, [])
      point.advance(event, reader.groupEnded)
    }
  throw notFound(inside)
}

function notFound({ file, position }: { readonly file: string; readonly position: number }): ParserError {
  return new ParserError(
    "POSITION_INVALID",
    `No transaction begins before ${file}:${position}, where rows lie. Start at another position`,
  )
}
