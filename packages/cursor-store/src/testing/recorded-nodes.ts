import { readFileSync } from "node:fs"

/** The content of each node, by path, that Canal had in ZooKeeper: fixtures/recordings/zookeeper. */
export function recordedNodes(name: string): ReadonlyMap<string, string> {
  const file = new URL(`../../../../fixtures/recordings/zookeeper/${name}.jsonl`, import.meta.url)
  const lines = readFileSync(file, "utf8").trimEnd().split("\n")
  return new Map(
    lines.map((line) => {
      const node: unknown = JSON.parse(line)
      if (typeof node !== "object" || node === null || !("path" in node) || !("data" in node))
        throw new Error(`no node: ${line}`)
      return [String(node.path), String(node.data)]
    }),
  )
}
