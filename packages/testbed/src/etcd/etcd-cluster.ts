import { setTimeout as sleep } from "node:timers/promises"
import { type Progress, progressOnStderr } from "../progress.ts"
import { createEtcdMember, type EtcdMember, etcdMemberPlace } from "./etcd-member.ts"
import { etcdProgram } from "./etcd-program.ts"

const LEADER_WITHIN_MS = 60_000
const POLL_MS = 50

/** Three etcd members that form one cluster. */
export interface EtcdCluster extends AsyncDisposable {
  readonly members: readonly EtcdMember[]
  /** Of all members. */
  readonly endpoints: readonly string[]
  /** Waits until one of the members that run leads. */
  leader(): Promise<EtcdMember>
}

/** Starts three members of etcd 3.4, or of the `etcd` on the PATH. */
export async function startEtcdCluster(options: { readonly progress?: Progress } = {}): Promise<EtcdCluster> {
  const program = await etcdProgram(options.progress ?? progressOnStderr)
  const cluster = await Promise.all(["one", "two", "three"].map(etcdMemberPlace))
  const members = cluster.map((place) =>
    createEtcdMember({ program, place, cluster, args: [], certificate: undefined }),
  )

  async function dispose(): Promise<void> {
    for (const member of members) await member[Symbol.asyncDispose]()
  }

  const started = await Promise.allSettled(members.map((member) => member.start()))
  for (const each of started) {
    if (each.status === "fulfilled") continue
    await dispose()
    throw each.reason
  }

  return {
    members,
    endpoints: members.map((member) => member.endpoint),
    async leader() {
      for (const end = Date.now() + LEADER_WITHIN_MS; Date.now() < end; await sleep(POLL_MS)) {
        for (const member of members) if (await leads(member)) return member
      }
      throw new Error("no member of the etcd cluster leads")
    },
    [Symbol.asyncDispose]: dispose,
  }
}

/** A member that is down does not lead. */
async function leads(member: EtcdMember): Promise<boolean> {
  return (await member.counter("etcd_server_is_leader").catch(() => 0)) === 1
}
