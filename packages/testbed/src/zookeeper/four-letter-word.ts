import { connect } from "node:net"

const WITHIN_MS = 5000

/**
 * Asks a ZooKeeper server one of its four-letter words, such as `srvr` or `mntr`.
 * @throws Error where nobody answers within five seconds
 */
export async function askFourLetterWord(port: number, word: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect({ host: "127.0.0.1", port })
  let answer = ""
  socket.setEncoding("utf8")
  socket.setTimeout(WITHIN_MS, () => socket.destroy(new Error(`ZooKeeper at port ${port} does not answer`)))
  socket.on("connect", () => socket.write(word))
  socket.on("data", (text) => (answer += String(text)))
  socket.on("error", reject)
  socket.on("close", () => resolve(answer))
  return promise
}

/** What part a server has: `standalone`, `leader` or `follower`; undefined while it serves nobody. */
export async function servingMode(port: number): Promise<string | undefined> {
  try {
    return /^Mode: (\w+)$/m.exec(await askFourLetterWord(port, "srvr"))?.[1]
  } catch {
    return undefined
  }
}

/** What a server counts, by name without `zk_`: `packets_received`, `num_alive_connections`, `watch_count` … */
export async function readCounters(port: number): Promise<Readonly<Record<string, string>>> {
  const lines = (await askFourLetterWord(port, "mntr")).split("\n")
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [name, value] = line.split("\t")
      return name === undefined || value === undefined ? [] : [[name.replace(/^zk_/, ""), value]]
    }),
  )
}
