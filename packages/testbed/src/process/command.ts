import { spawnSupervised } from "./supervised.ts"

/** How a command is run: its input, its folder, and variables added to the environment. */
export interface CommandOptions {
  readonly input?: string
  readonly folder?: string
  readonly environment?: Readonly<Record<string, string>>
}

/**
 * Runs a program to its end, or to the end of this process, and returns its standard output.
 * @throws Error with the command and the end of its output when it does not end with 0
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { child, exited } = await spawnSupervised(command, args, {
    ...(options.folder === undefined ? {} : { cwd: options.folder }),
    env: { ...process.env, ...options.environment },
    stdio: ["pipe", "pipe", "pipe"],
  })
  let output = ""
  let told = ""
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (output += text))
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (told += text))
  // A program that ends early closes its input: its exit code tells the story better than EPIPE.
  child.stdin?.on("error", () => undefined)
  child.stdin?.end(options.input ?? "")
  const { code, signal } = await exited
  const end = signal ?? code
  if (end !== 0) {
    const words = [command, ...args].join(" ").slice(0, 300)
    throw new Error(`${words} ended with ${end}:\n${(told + output).slice(-3000)}`)
  }
  return output
}
