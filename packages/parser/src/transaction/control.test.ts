import { expect, it } from "vitest"
import { readControl } from "./control.ts"

it.each([
  ["BEGIN", { kind: "begin" }],
  ["begin", { kind: "begin" }],
  ["/* app */ BEGIN", { kind: "begin" }],
  ["COMMIT", { kind: "commit" }],
  ["ROLLBACK", { kind: "rollback" }],
  ["XA START X'7831',X'',1", { kind: "xa-start", xid: " X'7831',X'',1" }],
  ["XA END X'7831',X'',1", { kind: "xa-end", xid: " X'7831',X'',1" }],
  ["XA COMMIT X'7831',X'',1", { kind: "xa-commit", xid: " X'7831',X'',1" }],
  ["XA ROLLBACK X'7831',X'',1", { kind: "xa-rollback", xid: " X'7831',X'',1" }],
  ["ROLLBACK TO SAVEPOINT s1", undefined],
  ["CREATE TABLE begin(a INT)", undefined],
  ["DROP TABLE xa", undefined],
  ["INSERT INTO t VALUES('BEGIN')", undefined],
  ["", undefined],
])("%s", (sql, expected) => {
  expect(readControl(sql)).toEqual(expected)
})
