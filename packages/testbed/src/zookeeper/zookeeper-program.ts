import { readdirSync } from "node:fs"
import { delimiter, join } from "node:path"
import { unpackedCommand } from "../debian/unpacked-command.ts"
import { unpackedPackages, type WantedPackages } from "../debian/unpacked-packages.ts"
import type { Progress } from "../progress.ts"

const PACKAGES: WantedPackages = {
  name: "zookeeper-3.8",
  release: "bookworm",
  packages: ["libzookeeper-java", "openjdk-17-jre-headless"],
}

const JARS = ["zookeeper", "zookeeper-jute", "slf4j-api", "slf4j-simple", "metrics-core", "snappy-java"]

/** What TLS needs, beside those. */
const NETTY = ["common", "buffer", "codec", "handler", "resolver", "transport"]
const NETTY_NATIVE = ["transport-native-unix-common", "transport-native-epoll"]
const TLS_JARS = [...NETTY, ...NETTY_NATIVE].map((name) => `netty-${name}`)

/** A small, quickly started Java that says only what is wrong. */
const JAVA_ARGS = [
  "-Xmx64m",
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
]

/**
 * The command that runs a ZooKeeper 3.8 server of a configuration file, with Java and all from Debian's packages, unpacked
 * beside the system.
 */
export async function zookeeperCommand(progress: Progress): Promise<readonly string[]> {
  let root: string
  try {
    root = await unpackedPackages(PACKAGES, progress)
  } catch (error) {
    throw new Error("Debian's packages of ZooKeeper and Java could not be fetched", { cause: error })
  }
  const java = join("usr/lib/jvm", runtime(join(root, "usr/lib/jvm")), "bin/java")
  const jars = [...JARS, ...TLS_JARS]
    .map((name) => join(root, "usr/share/java", `${name}.jar`))
    .join(delimiter)
  const main = "org.apache.zookeeper.server.quorum.QuorumPeerMain"
  return [...unpackedCommand(root, java), ...JAVA_ARGS, "-cp", jars, main]
}

function runtime(folder: string): string {
  const found = readdirSync(folder).find((name) => name.startsWith("java-17-openjdk-"))
  if (found === undefined)
    throw new Error(`${folder} holds no Java 17: remove the unpacked packages and try again`)
  return found
}
