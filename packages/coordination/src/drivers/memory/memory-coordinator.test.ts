import { expect, test } from "vitest"
import { coordinatorContract } from "../../testing/coordinator-contract.ts"
import { createMemorySpace } from "./memory-coordinator.ts"

coordinatorContract(
  test,
  async () => {
    const space = createMemorySpace()
    return { connect: () => space.connect(), [Symbol.asyncDispose]: async () => undefined }
  },
  {
    exceptions: {
      link: "one process has no network",
      failOver: "nobody serves it",
      "after the process was stopped for too long the first look says that the session is lost":
        "a session in the same memory stops with the process",
    },
  },
)

test("a session can be ended from outside, and tells its watchers", async () => {
  const space = createMemorySpace()
  const a = await space.connect()
  const b = await space.connect()
  await a.put("/running", "a", { ephemeral: true })
  const watch = a.watch("/running", { signal: new AbortController().signal })[Symbol.asyncIterator]()
  await watch.next()
  space.expire(a)
  await expect(watch.next()).rejects.toMatchObject({ code: "SESSION_LOST" })
  expect(a.session.state).toBe("lost")
  expect(await b.get("/running")).toBeUndefined()
})
