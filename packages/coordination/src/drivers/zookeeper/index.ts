export { zookeeper } from "./zookeeper.ts"
export type { ZookeeperOptions } from "./zookeeper.ts"
