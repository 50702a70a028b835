import { expect, test } from "vitest"
import { type EtcdOptions, etcdSettings } from "./etcd-options.ts"

test("endpoints are a list or separated by commas, with a scheme and a port or without", () => {
  const settings = etcdSettings({ endpoints: "etcd1, http://etcd2:80/,[::1]:2380", prefix: "/canal" })
  expect(settings.endpoints).toEqual(["http://etcd1:2379", "http://etcd2:80", "http://[::1]:2380"])
  expect(settings.place).toBe("etcd at etcd1:2379,etcd2:80,[::1]:2380/canal")
  expect(etcdSettings({ endpoints: ["etcd1"], tls: { ca: "PEM" } }).endpoints).toEqual(["https://etcd1:2379"])
})

test("a session's time is rounded up to whole seconds", () => {
  expect(etcdSettings({ endpoints: "a" }).timeToLive).toBe(20)
  expect(etcdSettings({ endpoints: "a", sessionTimeout: 1001 }).timeToLive).toBe(2)
})

test.each<EtcdOptions>([
  { endpoints: "" },
  { endpoints: [] },
  { endpoints: "a,https://b" },
  { endpoints: "ftp://a" },
  { endpoints: "http://user@a" },
  { endpoints: "a/path" },
  { endpoints: "http://a", tls: { ca: "PEM" } },
  { endpoints: "a", tls: { ca: "PEM", key: "PEM" } },
  { endpoints: "a", prefix: "canal" },
  { endpoints: "a", prefix: "/canal/" },
  { endpoints: "a", sessionTimeout: 0 },
  { endpoints: "a", sessionTimeout: Infinity },
  { endpoints: "a", user: "canal" },
])("an option that means nothing: %o", (options) => {
  expect(() => etcdSettings(options)).toThrow(expect.objectContaining({ code: "INVALID_OPTION" }))
})
