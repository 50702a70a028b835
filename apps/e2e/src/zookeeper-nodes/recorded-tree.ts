import { readFileSync } from "node:fs"
import { z } from "zod"
import type { PlainNode } from "./plain-client.ts"

/** Of a node, what is compared. How often others have written it is no part of the layout. */
export type LayoutNode = Pick<PlainNode, "path" | "kind" | "data">

const recordedNode = z.object({
  path: z.string(),
  kind: z.enum(["persistent", "ephemeral"]),
  data: z.string(),
})

/** All nodes from `/otter` on that Alibaba Canal had in ZooKeeper: fixtures/recordings/zookeeper. */
export function recordedTree(name: string): readonly LayoutNode[] {
  const file = new URL(`../../../../fixtures/recordings/zookeeper/${name}.jsonl`, import.meta.url)
  const lines = readFileSync(file, "utf8").trimEnd().split("\n")
  return lines.map((line) => recordedNode.parse(JSON.parse(line)))
}

/** What may differ between two clusters, and stands in texts under a name of its own. */
export type Names = Readonly<Record<string, string>>

/** The nodes with each of these texts replaced by its name, wherever it stands in a path or in data. */
export function layoutOf(nodes: readonly LayoutNode[], names: Names): readonly LayoutNode[] {
  const replaced = (text: string): string =>
    Object.entries(names).reduce((all, [name, value]) => all.replaceAll(value, name), text)
  return nodes
    .map(({ path, kind, data }) => ({ path: replaced(path), kind, data: replaced(data) }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** Without the nodes of a destination that no server has, which Java leaves behind when a client asks for it. */
export function withoutUnknown(nodes: readonly LayoutNode[]): readonly LayoutNode[] {
  return nodes.filter(({ path }) => !path.startsWith("/otter/canal/destinations/nothere"))
}
