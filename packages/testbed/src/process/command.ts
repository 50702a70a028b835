import { spawn } from "node:child_process"

/** How a command is run: its input, its folder, and variables added to the environment. */
export interface CommandOptions {
  readonly input?: string
  readonly folder?: string
  readonly environment?: Readonly<Record<string, string>>
}

/**
 * Runs a program to its end and returns its standard output.
 * @throws Error with the command and the end of its output when it does not end with 0
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.folder,
    env: { ...process.env, ...options.environment },
    stdio: ["pipe", "pipe", "pipe"],
  })
  const { promise, resolve, reject } = Promise.withResolvers<number | NodeJS.Signals>()
  let output = ""
  let told = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => (told += text))
  child.on("error", reject)
  child.on("close", (code, signal) => resolve(code ?? signal ?? 0))
  // A program that ends early closes its input: its exit code tells the story better than EPIPE.
  child.stdin.on("error", () => undefined)
  child.stdin.end(options.input ?? "")
  const end = await promise
  if (end !== 0) {
    const words = [command, ...args].join(" ").slice(0, 300)
    throw new Error(`${words} ended with ${end}:\n${(told + output).slice(-3000)}`)
  }
  return output
}
