import { expect, test } from "vitest"
import { refusalText } from "./refusal.ts"

test("the sentence in an error of Java's, of ours, and of nobody", () => {
  expect(
    refusalText(
      "something goes wrong with channel:[id: 0x1, /127.0.0.1:5 => /127.0.0.1:11111], exception=com.alibaba.otter.canal.meta.exception.CanalMetaManagerException: batchId:6 is not the firstly:5\n\tat x.y(Z.java:1)",
    ),
  ).toBe("batchId:6 is not the firstly:5")
  expect(refusalText("auth failed for user:canal")).toBe("auth failed for user:canal")
  expect(refusalText("")).toBe("no reason given")
})
