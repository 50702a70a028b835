export { CoordinationError } from "./coordinator.ts"
export type {
  CoordinationErrorCode,
  Coordinator,
  Node,
  PutOptions,
  Revision,
  Session,
  SessionState,
} from "./coordinator.ts"
