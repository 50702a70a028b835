import { expect, test } from "vitest"
import { connectionError, sourceError } from "./source-error.ts"

test.each([
  [1236, "Could not find first log file name in binary log index file", "POSITION_PURGED"],
  [1236, "Cannot replicate because the source purged required binary logs.", "POSITION_PURGED"],
  [
    1236,
    "The slave is connecting using CHANGE MASTER TO MASTER_AUTO_POSITION = 1, but the master has purged binary logs",
    "POSITION_PURGED",
  ],
  [
    1236,
    "A replica with the same server_uuid/server_id as this replica has connected to the source",
    "DUPLICATE_SERVER_ID",
  ],
  [
    1236,
    "A slave with the same server_uuid/server_id as this slave has connected to the master",
    "DUPLICATE_SERVER_ID",
  ],
  [1236, "Client requested source to start replication from position > file size", "POSITION_INVALID"],
  [1236, "bogus data in log event; the first event 'binlog.000001' at 5", "POSITION_INVALID"],
  [1236, "Binary log is not open", "BINLOG_OFF"],
  [1045, "Access denied for user 'x'@'y' (using password: YES)", "ACCESS_DENIED"],
  [
    1227,
    "Access denied; you need (at least one of) the REPLICATION SLAVE privilege(s) for this operation",
    "PRIVILEGE_MISSING",
  ],
  [4242, "whatever", "SOURCE_ERROR"],
])("%i %s means %s", (errno, message, code) => {
  const error = sourceError("db:3306", { errno, message })
  expect(error).toMatchObject({ code, retryable: false })
  expect(error.message).toContain(`db:3306: ${message} (error ${errno})`)
})

test("a lost connection can be tried again, a TLS problem not", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), {
    code: "ECONNREFUSED",
    errno: -111,
  })
  expect(connectionError("db:1", refused)).toMatchObject({ code: "CONNECTION_LOST", retryable: true })
  const expired = Object.assign(new Error("certificate has expired"), { code: "CERT_HAS_EXPIRED" })
  expect(connectionError("db:1", expired)).toMatchObject({ code: "TLS_FAILED", retryable: false })
})
