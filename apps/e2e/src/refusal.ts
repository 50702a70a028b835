import type { App } from "@canal/testbed"

/** How a command that refuses its work ended. */
export interface Refusal {
  readonly code: number | undefined
  readonly stdout: readonly string[]
  /** What it said beyond how things go. */
  readonly complaints: readonly string[]
}

/** Waits until a command ends by itself. */
export async function refusalOf(app: App): Promise<Refusal> {
  const { code } = await app.exited
  return { code, stdout: app.stdout, complaints: complaintsOf(app) }
}

/** Lines on standard error that are not a server's lines of level INFO. A stack trace would be among them. */
export function complaintsOf(app: App): readonly string[] {
  return app.stderr.filter((line) => !/^\[[\d :.-]+\] INFO: /.test(line))
}
