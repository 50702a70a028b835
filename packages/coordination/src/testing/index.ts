export { coordinatorContract } from "./coordinator-contract.ts"
export type { ContractSpace, DeclareTest } from "./coordinator-contract.ts"
