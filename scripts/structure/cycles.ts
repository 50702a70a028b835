/** One cycle for each knot of a graph, its first node repeated at the end. */
export function cyclesOf(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const cycles: string[][] = []
  const done = new Set<string>()
  const path: string[] = []

  function visit(node: string): void {
    const since = path.indexOf(node)
    if (since >= 0) cycles.push([...path.slice(since), node])
    if (since >= 0 || done.has(node)) return
    path.push(node)
    for (const next of graph.get(node) ?? []) visit(next)
    path.pop()
    done.add(node)
  }

  for (const node of graph.keys()) visit(node)
  return cycles
}
