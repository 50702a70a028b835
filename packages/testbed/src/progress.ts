/** Told in one line what a step that takes longer than a moment is doing. */
export type Progress = (line: string) => void

/** Progress as lines on standard error. */
export function progressOnStderr(line: string): void {
  process.stderr.write(`testbed: ${line}\n`)
}
