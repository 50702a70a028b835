export { zookeeper } from "./zookeeper.ts"
export type { ZookeeperOptions, ZookeeperTls } from "./zookeeper.ts"
