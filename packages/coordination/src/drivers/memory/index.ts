export { createMemorySpace } from "./memory-coordinator.ts"
export type { MemorySpace } from "./memory-coordinator.ts"
