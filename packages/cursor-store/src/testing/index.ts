export { cursorAt, cursorStoreContract } from "./cursor-store-contract.ts"
export type { ContractPlace, DeclareTest } from "./cursor-store-contract.ts"
export { cursorStoresContract } from "./cursor-stores-contract.ts"
export type { ContractBackend } from "./cursor-stores-contract.ts"
