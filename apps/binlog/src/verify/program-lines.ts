import { spawn } from "node:child_process"
import { createInterface } from "node:readline"

/** How much of what the program says on standard error is kept. */
const KEPT = 2000

/**
 * The lines that mysqlbinlog or mariadb-binlog prints of a file, with its values decoded and times in UTC, each byte as
 * the character of the same number.
 * @throws Error where the program cannot be run or fails, with what it says.
 */
export async function* programLines(
  program: string,
  file: string,
  signal: AbortSignal,
): AsyncGenerator<string, void, void> {
  const child = spawn(program, ["--no-defaults", "--base64-output=DECODE-ROWS", "-vv", file], {
    env: { ...process.env, TZ: "UTC" },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  })
  let said = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-KEPT)))
  const ended = new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(error.message))
    child.on("close", (code, by) => resolve(code === 0 ? undefined : `ended with ${by ?? code}`))
  })
  child.stdout.setEncoding("latin1")
  try {
    yield* createInterface({ input: child.stdout, crlfDelay: Infinity })
  } finally {
    // Ends a program whose output nobody reads to its end.
    child.stdout.destroy()
    child.kill()
  }
  const problem = await ended
  if (problem === undefined) return
  signal.throwIfAborted()
  const lines = said.split("\n").filter((line) => /error/i.test(line))
  throw new Error(
    `${program} failed on ${file} (${problem})${lines.length > 0 ? `: ${lines.join(" ")}` : "; is it installed, and is the path right?"}`,
  )
}
