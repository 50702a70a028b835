/** The `code` of a system or driver error (`ENOENT`, `ECONNREFUSED`, `ER_ACCESS_DENIED_ERROR`), if it has one. */
export function errorCode(error: unknown): string | undefined {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code
  return undefined
}
