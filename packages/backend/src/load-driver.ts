import { UsageError } from "@canal/command-line"

/**
 * Loads a driver, and with it the package that it needs, which is not installed with ours.
 * @throws UsageError that names the package
 */
export async function loadDriver<Driver>(
  option: string,
  needed: string,
  load: () => Promise<Driver>,
): Promise<Driver> {
  try {
    return await load()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const isMissing = error instanceof Error && "code" in error && MISSING.has(error.code)
    throw new UsageError(
      isMissing && reason.includes(`'${needed}'`)
        ? `${option} needs the package ${needed}, which is not installed; run: npm install ${needed}`
        : `${option} needs the package ${needed}, which cannot be loaded: ${reason}`,
      { cause: error },
    )
  }
}

const MISSING: ReadonlySet<unknown> = new Set(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"])
