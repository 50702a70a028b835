export { CoordinationError } from "./coordinator.ts"
export type {
  CoordinationBackend,
  CoordinationErrorCode,
  Coordinator,
  Node,
  PutOptions,
  Revision,
  Session,
  SessionState,
} from "./coordinator.ts"
export {
  clientNode,
  clientRunningNode,
  clusterNode,
  cursorNode,
  destinationClusterNode,
  destinationNode,
  filterNode,
  serverRunningNode,
} from "./layout.ts"
export type { CoordinationNotice } from "./notices.ts"
export { hostAddress } from "./recipes/host-address.ts"
export { keepNode } from "./recipes/kept-node.ts"
export type { Ownership } from "./recipes/ownership.ts"
export { formatRunning, parseRunning, type RunningData } from "./recipes/running-data.ts"
export { RunningNode, type RunningNodeOptions } from "./recipes/running-node.ts"
export { sessions } from "./recipes/sessions.ts"
export { untilConnected } from "./recipes/until-connected.ts"
