export { cursorAt, cursorStoreContract } from "./cursor-store-contract.ts"
export type { ContractPlace, DeclareTest } from "./cursor-store-contract.ts"
