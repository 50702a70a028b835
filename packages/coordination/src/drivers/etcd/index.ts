export { etcd } from "./etcd.ts"
export type { EtcdOptions, EtcdTls } from "./etcd-options.ts"
