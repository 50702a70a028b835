import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { ServerCertificate } from "../certificate/server-certificate.ts"
import type { DatabaseProgram } from "./program.ts"

/** What both families take, on a data folder that may be new. Small buffers: many servers share one machine. */
export function dataArgs(program: DatabaseProgram, dataDir: string): readonly string[] {
  const args = [
    "--no-defaults",
    ...program.placeArgs,
    `--datadir=${dataDir}`,
    "--character-set-server=utf8mb4",
    "--innodb-buffer-pool-size=64M",
  ]
  if (process.getuid?.() === 0) args.push("--user=root")
  if (program.flavor === "mysql")
    args.push("--innodb-redo-log-capacity=16M", "--secure-file-priv=NULL", "--mysqlx=OFF")
  else args.push("--innodb-log-file-size=16M")
  return args
}

/** Arguments of a server that listens. A commit reaches the system's cache, so that it outlives kill -9 of the server. */
export function listenArgs(folder: string, port: number): readonly string[] {
  return [
    "--bind-address=127.0.0.1",
    `--port=${port}`,
    `--socket=${join(folder, "socket")}`,
    `--pid-file=${join(folder, "pid")}`,
    "--skip-name-resolve",
    "--innodb-flush-log-at-trx-commit=2",
    "--sync-binlog=0",
  ]
}

/** Arguments of a source that can be replicated from, with a server id of its own. */
export function sourceArgs(serverId: number): readonly string[] {
  return [`--server-id=${serverId}`, "--log-bin=binlog", "--binlog-format=ROW"]
}

/** Writes the certificate into a folder of the server's and names it there. */
export function certificateArgs(server: ServerCertificate, folder: string): readonly string[] {
  const place = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  return [
    `--ssl-ca=${place("ca.pem", server.ca)}`,
    `--ssl-cert=${place("certificate.pem", server.certificate)}`,
    `--ssl-key=${place("key.pem", server.key)}`,
  ]
}
