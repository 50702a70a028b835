export { createServerCertificate, type ServerCertificate } from "./certificate/server-certificate.ts"
export { binlogTool } from "./database/binlog-tool.ts"
export {
  type DatabaseOptions,
  type DatabaseServer,
  type Row,
  startDatabase,
  startMariadb,
  startMysql,
} from "./database/database-server.ts"
export type { Login } from "./database/login.ts"
export type { DatabaseVersion, Flavor } from "./database/program.ts"
export { type EtcdCluster, startEtcdCluster } from "./etcd/etcd-cluster.ts"
export type { EtcdMember } from "./etcd/etcd-member.ts"
export { type EtcdOptions, type EtcdServer, startEtcd } from "./etcd/etcd-server.ts"
export { freePort } from "./network/free-port.ts"
export { type Address, type Proxy, startProxy } from "./network/proxy.ts"
export { type App, type AppOptions, spawnApp } from "./process/app.ts"
export { createScratchFolder, type ScratchFolder } from "./process/scratch-folder.ts"
export type { Exit } from "./process/supervised.ts"
export { type Progress, progressOnStderr } from "./progress.ts"
export { type RedisSentinel, type RedisSentinelOptions, startRedisSentinel } from "./redis/redis-sentinel.ts"
export { type RedisOptions, type RedisServer, startRedis } from "./redis/redis-server.ts"
export { everyType, type TypedColumn } from "./workload/every-type.ts"
export { createRandom, type Random } from "./workload/random.ts"
export { startZookeeperEnsemble, type ZookeeperEnsemble } from "./zookeeper/zookeeper-ensemble.ts"
export { startZookeeper, type ZookeeperOptions, type ZookeeperServer } from "./zookeeper/zookeeper-server.ts"
