import { type EtcdCluster, type EtcdMember, startEtcdCluster, startProxy } from "@canal/testbed"
import { afterAll, beforeAll, expect, test } from "vitest"
import { coordinatorContract } from "../../testing/coordinator-contract.ts"
import { etcd } from "./etcd.ts"

let cluster: EtcdCluster
let spaces = 0

beforeAll(async () => {
  cluster = await startEtcdCluster()
})

afterAll(() => cluster[Symbol.asyncDispose]())

coordinatorContract(test, async () => {
  spaces += 1
  const options = { prefix: `/space-${spaces}`, sessionTimeout: 3000 }
  const proxy = await startProxy({ to: await cluster.leader() })
  const killed: EtcdMember[] = []
  return {
    connect: ({ through } = {}) => {
      const endpoints = through === "link" ? [`${proxy.host}:${proxy.port}`] : cluster.endpoints
      return etcd({ ...options, endpoints }).connect()
    },
    link: proxy,
    async failOver() {
      const leader = await cluster.leader()
      await leader.kill9()
      killed.push(leader)
      await cluster.leader()
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]()
      for (const member of killed) await member.restart()
    },
  }
})

test("a leader that hangs is left for another member, in the same session", async () => {
  const hung = await cluster.leader()
  const { endpoints } = cluster
  await using coordinator = await etcd({ endpoints, sessionTimeout: 20_000 }).connect()
  await coordinator.put("/hung/mine", "0", { ephemeral: true })
  hung.pause()
  const write = () => coordinator.put("/hung/mine", "1").then(({ mine }) => mine, String)
  await expect.poll(write, { timeout: 60_000 }).toBe(true)
  await expect.poll(() => coordinator.session.state, { timeout: 20_000 }).toBe("connected")
  hung.resume()
})
