import { get } from "node:https"
import { expect, test } from "vitest"
import { createServerCertificate } from "../certificate/server-certificate.ts"
import { startEtcdCluster } from "./etcd-cluster.ts"
import { startEtcd } from "./etcd-server.ts"

/** Keys and values are Base64 in etcd's JSON. */
async function call(endpoint: string, method: string, fields: Record<string, string>): Promise<unknown> {
  const body = JSON.stringify(
    Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, btoa(text)])),
  )
  const answer = await fetch(`${endpoint}/v3/kv/${method}`, { method: "POST", body })
  return answer.json()
}

test("etcd starts fresh, crashes without loss, hangs, and is wiped", async () => {
  await using etcd = await startEtcd()
  await call(etcd.endpoint, "put", { key: "fruit", value: "apple" })
  await etcd.kill9()
  await etcd.restart()
  expect(await call(etcd.endpoint, "range", { key: "fruit" })).toMatchObject({
    kvs: [{ value: btoa("apple") }],
  })
  etcd.pause()
  const answer = call(etcd.endpoint, "range", { key: "fruit" })
  etcd.resume()
  expect(await answer).toMatchObject({ count: "1" })
  await etcd.wipe()
  expect(await call(etcd.endpoint, "range", { key: "fruit" })).not.toHaveProperty("kvs")
})

test("etcd offers TLS for its host", async () => {
  const certificate = createServerCertificate()
  await using etcd = await startEtcd({ certificate })
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  get(`${etcd.endpoint}/version`, { ca: certificate.ca }, (answer) => {
    answer.resume()
    resolve(answer.statusCode)
  }).on("error", reject)
  expect(await promise).toBe(200)
})

test("of three members one leads, and when it is killed another does", async () => {
  await using cluster = await startEtcdCluster()
  const leader = await cluster.leader()
  await leader.kill9()
  const next = await cluster.leader()
  expect(next.endpoint).not.toBe(leader.endpoint)
  await call(next.endpoint, "put", { key: "fruit", value: "apple" })
  await leader.restart()
  expect(await call(leader.endpoint, "range", { key: "fruit" })).toMatchObject({ count: "1" })
})
