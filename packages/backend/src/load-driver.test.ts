import { UsageError } from "@canal/command-line"
import { expect, test } from "vitest"
import { loadDriver } from "./load-driver.ts"

function failing(message: string, code: string): () => Promise<never> {
  return () => Promise.reject(Object.assign(new Error(message), { code }))
}

test("a package that is not installed is named with what installs it", async () => {
  const load = failing("Cannot find package 'etcd3' imported from /a/b.js", "ERR_MODULE_NOT_FOUND")
  const loading = loadDriver("--etcd", "etcd3", load)
  await expect(loading).rejects.toThrow(UsageError)
  await expect(loading).rejects.toThrow(
    "--etcd needs the package etcd3, which is not installed; run: npm install etcd3",
  )
})

test("a package that cannot be loaded is named with the reason", async () => {
  await expect(
    loadDriver("--redis", "ioredis", failing("Module did not self-register", "ERR_DLOPEN_FAILED")),
  ).rejects.toThrow("--redis needs the package ioredis, which cannot be loaded: Module did not self-register")
})

test("what is loaded is given back", async () => {
  expect(await loadDriver("--redis", "ioredis", async () => "driver")).toBe("driver")
})
