import { UsageError } from "@canal/command-line"
import { expect, test } from "vitest"
import { type BackendArguments, openBackend } from "./open-backend.ts"

async function place(given: BackendArguments): Promise<string | undefined> {
  return (await openBackend({ ...given, "coordination-password": "secret" }))?.place
}

test("nothing named is no backend", async () => {
  expect(await openBackend({})).toBeUndefined()
})

test("each option opens its own driver, which names its place without secrets", async () => {
  expect(await place({ zk: "canal@h1:2181,h2:2181/canal" })).toBe("ZooKeeper at h1:2181,h2:2181/canal")
  expect(await place({ zk: "tls://canal@h1/canal" })).toBe("ZooKeeper at h1:2281/canal")
  expect(await place({ etcd: "canal@h1:2379/canal" })).toBe("etcd at h1:2379/canal")
  expect(await place({ redis: "redis://h1:6379/2" })).toBe("Redis at h1:6379, database 2, canal:*")
})

test.each([
  [{ zk: "h", etcd: "h" }, "--zk and --etcd exclude each other"],
  [{ "coordination-ca": "ca.pem" }, "--coordination-ca means nothing without"],
  [{ etcd: "h", "coordination-ca": "/nothere.pem" }, "--coordination-ca /nothere.pem cannot be read"],
  [{ zk: "h:0" }, "--zk: "],
  [{ etcd: "h:99999" }, "--etcd: "],
  [{ redis: "redis://h/x" }, "--redis: "],
])("%j is a usage error", async (given, message) => {
  const opening = openBackend(given)
  await expect(opening).rejects.toThrow(UsageError)
  await expect(opening).rejects.toThrow(message)
})
