import type { ServerCertificate } from "../certificate/server-certificate.ts"
import { type Progress, progressOnStderr } from "../progress.ts"
import { createEtcdMember, type EtcdMember, etcdMemberPlace } from "./etcd-member.ts"
import { etcdProgram } from "./etcd-program.ts"

/** What an etcd is started with. */
export interface EtcdOptions {
  /** More arguments of the program; a later one wins over the defaults. */
  readonly args?: readonly string[]
  /** Offers its clients TLS, and nothing else, with this certificate. */
  readonly certificate?: ServerCertificate
  /** Told about steps that take a while; on standard error unless given. */
  readonly progress?: Progress
}

/** A real etcd of the test's own, on free ports of 127.0.0.1, with a fresh data folder. */
export interface EtcdServer extends EtcdMember {
  /** Starts it again without any data, as after the loss of its disk. */
  wipe(): Promise<void>
}

/** A short election time lets etcd grant leases of one second. */
const QUICK = ["--heartbeat-interval=100", "--election-timeout=500"]

/** Starts one etcd 3.4, or the `etcd` on the PATH. */
export async function startEtcd(options: EtcdOptions = {}): Promise<EtcdServer> {
  const program = await etcdProgram(options.progress ?? progressOnStderr)
  const place = await etcdMemberPlace("single")
  const { certificate, args = [] } = options
  const member = createEtcdMember({
    program,
    place,
    cluster: [place],
    args: [...QUICK, ...args],
    certificate,
  })
  try {
    await member.start()
  } catch (error) {
    await member[Symbol.asyncDispose]()
    throw error
  }
  return {
    ...member,
    get pid() {
      return member.pid
    },
    async wipe() {
      await member.wipe()
      await member.start()
    },
  }
}
