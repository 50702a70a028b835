import {
  startProxy,
  startZookeeper,
  startZookeeperEnsemble,
  type ZookeeperEnsemble,
  type ZookeeperServer,
} from "@canal/testbed"
import { afterAll, beforeAll, describe, test } from "vitest"
import type { ContractSpace } from "../../testing/contract-space.ts"
import { coordinatorContract } from "../../testing/coordinator-contract.ts"
import { zookeeper } from "./zookeeper.ts"

const sessionTimeout = 3000
let chroots = 0

async function openSpace(
  servers: string,
  linked: ZookeeperServer,
  failOver: () => Promise<void>,
): Promise<ContractSpace> {
  chroots += 1
  const chroot = `/contract/${chroots}`
  const link = await startProxy({ to: linked })
  const straight = zookeeper({ servers: `${servers}${chroot}`, sessionTimeout })
  const through = zookeeper({ servers: `${link.host}:${link.port}${chroot}`, sessionTimeout })
  return {
    connect: (options) => (options?.through === "link" ? through : straight).connect(),
    link,
    failOver,
    [Symbol.asyncDispose]: () => link[Symbol.asyncDispose](),
  }
}

describe("one server", () => {
  let server: ZookeeperServer
  beforeAll(async () => {
    server = await startZookeeper()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  coordinatorContract(test, () =>
    openSpace(server.connectString, server, async () => {
      await server.kill9()
      await server.restart()
    }),
  )
})

describe("an ensemble of three", () => {
  let ensemble: ZookeeperEnsemble
  beforeAll(async () => {
    ensemble = await startZookeeperEnsemble()
  })
  afterAll(() => ensemble[Symbol.asyncDispose]())

  coordinatorContract(test, async () => {
    const leader = await ensemble.leader()
    const follower = ensemble.members.find((member) => member !== leader) ?? leader
    return openSpace(ensemble.connectString, follower, async () => {
      const killed = await ensemble.leader()
      await killed.kill9()
      await ensemble.leader()
      await killed.restart()
    })
  })
})
