export type { ContractLink, ContractOptions, ContractSpace } from "./contract-space.ts"
export { coordinatorContract } from "./coordinator-contract.ts"
export type { DeclareTest } from "./declaration.ts"
