import { UsageError } from "@canal/command-line"
import { expect, test } from "vitest"
import { etcdOptions } from "./etcd-text.ts"
import { redisOptions } from "./redis-text.ts"
import { zookeeperOptions } from "./zookeeper-text.ts"

const none = {}
const password = { password: "p@ss" }

test("ZooKeeper's servers, as canal.zkServers has them", () => {
  expect(zookeeperOptions("h1:2181,h2:2181/canal", none)).toEqual({ servers: "h1:2181,h2:2181/canal" })
  expect(zookeeperOptions("tls://h1,h2:2281/canal", none)).toEqual({ servers: "h1,h2:2281/canal", tls: true })
  expect(zookeeperOptions("tls://h1", { ca: "PEM" })).toEqual({ servers: "h1", tls: { ca: "PEM" } })
  expect(zookeeperOptions("h1:2181;h2:2181/canal", none)).toEqual({ servers: "h1:2181;h2:2181/canal" })
  const login = { servers: "h1:2181", digest: "canal:p@s/s:%" }
  expect(zookeeperOptions("canal:p@s/s:%25@h1:2181", none)).toEqual(login)
  expect(zookeeperOptions("canal@h1", password)).toEqual({ servers: "h1", digest: "canal:p@ss" })
})

test("etcd's endpoints, with or without a scheme, and the prefix", () => {
  expect(etcdOptions("h1:2379,h2:2379", none)).toEqual({ endpoints: ["h1:2379", "h2:2379"] })
  expect(etcdOptions("http://h1:2379,http://h2:2379/", none)).toEqual({
    endpoints: ["http://h1:2379", "http://h2:2379"],
  })
  expect(etcdOptions("https://canal:a%2Fb@h1:2379,h2:2379/canal", { ca: "PEM" })).toEqual({
    endpoints: ["https://h1:2379", "https://h2:2379"],
    prefix: "/canal",
    user: "canal",
    password: "a/b",
    tls: { ca: "PEM" },
  })
  expect(etcdOptions("canal@[::1]:2379", password)).toEqual({
    endpoints: ["[::1]:2379"],
    user: "canal",
    password: "p@ss",
  })
})

test("Redis by its URL, and what a URL has no place for", () => {
  expect(redisOptions("redis://h:6379/1", none)).toEqual({ url: "redis://h:6379/1" })
  expect(redisOptions("rediss://canal:p%40?@[::1]", { ca: "PEM" })).toEqual({
    url: "rediss://canal:p%40%3F@[::1]",
    ca: "PEM",
  })
  expect(redisOptions("redis://:secret@h", password)).toEqual({ url: "redis://:secret@h" })
  expect(redisOptions("redis://h?prefix=shop:&wait=1", password)).toEqual({
    url: "redis://:p%40ss@h",
    prefix: "shop:",
    waitForReplicas: 1,
  })
})

test("Redis behind sentinels", () => {
  expect(redisOptions("rediss+sentinel://canal@s1:26380,s2,[::1]:1/mymaster/2", password)).toEqual({
    url: "rediss://canal:p%40ss@localhost/2",
    sentinel: {
      addresses: [
        { host: "s1", port: 26_380 },
        { host: "s2", port: 26_379 },
        { host: "::1", port: 1 },
      ],
      masterName: "mymaster",
    },
  })
})

test.each([
  [() => zookeeperOptions("zk://h1", none), "with tls:// before it or without"],
  [() => zookeeperOptions("canal:pw@", none), "names no host"],
  [() => zookeeperOptions("canal@h1", none), "CANAL_COORDINATION_PASSWORD"],
  [() => zookeeperOptions("h1", password), "a password and no user"],
  [() => zookeeperOptions("h1", { ca: "PEM" }), "write --zk tls://"],
  [() => zookeeperOptions("canal:secret%@h1", none), "two hexadecimal digits"],
  [() => etcdOptions("etcd://h1", none), "begins with http://"],
  [() => etcdOptions("http://h1", { ca: "PEM" }), "write https://"],
  [() => etcdOptions("canal@h1", none), "a user and no password"],
  [() => redisOptions("h1:6379", none), "redis[s]://"],
  [() => redisOptions("http://h1", none), "redis[s]://"],
  [() => redisOptions("redis://canal@h1", none), "a user and no password"],
  [() => redisOptions("redis://h1", { ca: "PEM" }), "write rediss://"],
  [() => redisOptions("redis://h1?db=1", none), "?db= means nothing"],
  [() => redisOptions("redis://h1?wait=x", none), "a number of replicas"],
  [() => redisOptions("redis+sentinel://s1:1", none), "names no master"],
  [() => redisOptions("redis+sentinel://s1:x/m", none), "HOST:PORT of a sentinel"],
])("what means nothing is a usage error without a secret: %s", (read, message) => {
  expect(read).toThrow(UsageError)
  expect(read).toThrow(message)
  expect(read).not.toThrow(/secret%/)
})
