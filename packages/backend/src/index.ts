export { backendOptions } from "./backend-options.ts"
export { openBackend } from "./open-backend.ts"
export type { BackendArguments } from "./open-backend.ts"
