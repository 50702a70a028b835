import { setTimeout as sleep } from "node:timers/promises"
import { freePort } from "../network/free-port.ts"
import { servingMode } from "./four-letter-word.ts"
import { startServer, type ZookeeperOptions, type ZookeeperServer } from "./zookeeper-server.ts"

const MEMBERS = [1, 2, 3]
const LED_WITHIN_MS = 60_000
const POLL_MS = 50

/** Three ZooKeeper servers that elect a leader. Two of them serve; `restart` of the second that comes back waits for it. */
export interface ZookeeperEnsemble extends AsyncDisposable {
  readonly members: readonly ZookeeperServer[]
  /** `127.0.0.1:PORT,127.0.0.1:PORT,127.0.0.1:PORT`. */
  readonly connectString: string
  /** Waits until a member leads, and returns it. */
  leader(): Promise<ZookeeperServer>
}

/** Starts an ensemble, and waits until each member serves. */
export async function startZookeeperEnsemble(options: ZookeeperOptions = {}): Promise<ZookeeperEnsemble> {
  const servers = await Promise.all(
    MEMBERS.map(async (id) => `server.${id}=127.0.0.1:${await freePort()}:${await freePort()}`),
  )
  const lines = ["initLimit=20", "syncLimit=10", ...servers]
  const started = await Promise.allSettled(MEMBERS.map((id) => startServer(options, { id, lines })))
  const members = started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []))
  for (const each of started) {
    if (each.status === "fulfilled") continue
    await disposeAll(members)
    throw each.reason
  }
  return {
    members,
    connectString: members.map((member) => member.connectString).join(","),
    async leader() {
      for (const end = Date.now() + LED_WITHIN_MS; Date.now() < end; await sleep(POLL_MS)) {
        for (const member of members) if ((await servingMode(member.port)) === "leader") return member
      }
      throw new Error("the ZooKeeper ensemble has no leader")
    },
    [Symbol.asyncDispose]: () => disposeAll(members),
  }
}

async function disposeAll(members: readonly ZookeeperServer[]): Promise<void> {
  await Promise.all(members.map((member) => member[Symbol.asyncDispose]()))
}
