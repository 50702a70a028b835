import type { Coordinator } from "../coordinator.ts"
import { untilConnected, whileConnected } from "./until-connected.ts"

/**
 * Keeps an empty ephemeral node for as long as the session lives: who is there. Whoever removes it sees it come back.
 * Ends when the signal is aborted, and removes the node then; or when the session is lost.
 */
export async function keepNode(
  coordinator: Coordinator,
  path: string,
  options: { readonly signal: AbortSignal },
): Promise<void> {
  const signal = AbortSignal.any([options.signal, coordinator.session.lost])
  await untilConnected(coordinator, signal, async () => {
    for await (const node of coordinator.watch(path, { signal })) {
      if (node === undefined) await coordinator.put(path, "", { ifRevision: "absent", ephemeral: true })
    }
  })
  await whileConnected(coordinator, async () => {
    const node = await coordinator.get(path)
    if (node?.mine === true) await coordinator.remove(path, { ifRevision: node.revision })
  })
}
