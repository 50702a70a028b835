export { redis } from "./redis.ts"
export type { RedisOptions, RedisSentinelOptions } from "./redis-options.ts"
