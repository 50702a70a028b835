import { expect, test } from "vitest"
import { printedType } from "./printed-type.ts"
import { type PrintedEvent, type PrintedRow, readProgramOutput } from "./program-output.ts"

async function read(text: string): Promise<readonly (PrintedEvent | PrintedRow)[]> {
  async function* lines(): AsyncGenerator<string, void, void> {
    yield* text.split("\n")
  }
  const printed: (PrintedEvent | PrintedRow)[] = []
  for await (const each of readProgramOutput(lines())) printed.push(each)
  return printed
}

const event = { kind: "event", timestamp: 1795363227, serverId: 7 } as const

test("heads in the order of their places, of which several may come first", async () => {
  const printed = await read(`DELIMITER /*!*/;
# at 564
# at 618
#261122 16:00:27 server id 7  end_log_pos 618 CRC32 0xe05a992c \tAnnotate_rows:
#Q> insert into t values(1)
#261122 16:00:27 server id 7  end_log_pos 673 \tTable_map: \`s\`.\`t\` mapped to number 305
/*!*/;`)
  expect(printed).toEqual([
    { ...event, at: 564, endPosition: 618, label: "Annotate_rows:" },
    { ...event, at: 618, endPosition: 673, label: "Table_map: `s`.`t` mapped to number 305" },
  ])
})

test("rows, values over several lines, and rows that the program gives up", async () => {
  const printed = await read(`### UPDATE \`s\`.\`t\`
### WHERE
###   @1=1 /* INT meta=0 nullable=0 is_null=0 */
###   @2='a /* no comment */' /* VARSTRING(80) meta=80 nullable=1 is_null=0 */
### SET
###   @3=JSON_REPLACE(@3, '$.a', 1,
###      '$.b', 2) /* JSON meta=4 nullable=1 is_null=0 */
###   @4=1.5                  /* FLOAT meta=4 nullable=1 is_null=0 */
### INSERT INTO \`s\`.\`g\`
### SET
###   @1=NULL /* INT meta=0 nullable=1 is_null=1 */
###   @2=!! Don't know how to handle column type=255 meta=4 (0004)
# at 700`)
  expect(printed).toEqual([
    {
      kind: "row",
      change: "update",
      table: "`s`.`t`",
      before: new Map([
        [0, "1"],
        [1, "'a /* no comment */'"],
      ]),
      after: new Map([
        [2, "JSON_REPLACE(@3, '$.a', 1, '$.b', 2)"],
        [3, "1.5"],
      ]),
      givenUp: false,
    },
    {
      kind: "row",
      change: "insert",
      table: "`s`.`g`",
      before: new Map(),
      after: new Map([[0, "NULL"]]),
      givenUp: true,
    },
  ])
})

test.each([
  ["Write_rows: table id 305 flags: STMT_END_F", "rows"],
  ["Update_rows_partial: table id 305", "rows"],
  ["Delete_compressed_rows: table id 305", "rows"],
  ["GTID\tlast_committed=0\tsequence_number=1", "gtid"],
  ["Anonymous_GTID\tlast_committed=0", "gtid"],
  ["GTID 0-1-7 trans", "mariadb-gtid"],
  ["Query_compressed\tthread_id=1", "query"],
  ["Something new", undefined],
])("%j is %s", (label, type) => {
  expect(printedType(label)).toBe(type)
})
