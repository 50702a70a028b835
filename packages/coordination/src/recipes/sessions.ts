import type { CoordinationBackend, Coordinator, SessionState } from "../coordinator.ts"
import { publishNotice } from "../notices.ts"

/**
 * One session after the other: the next begins when the loop's body has finished with one, normally because it was lost.
 * Each is ended before the next. The body must not outlive its session: it ends when `session.lost` is aborted.
 * @throws CoordinationError that trying again cannot mend; nothing when the signal ends it
 */
export async function* sessions(
  backend: CoordinationBackend,
  options: { readonly signal: AbortSignal },
): AsyncGenerator<Coordinator, void, void> {
  const { signal } = options
  while (!signal.aborted) {
    let coordinator: Coordinator
    try {
      coordinator = await backend.connect({ signal })
    } catch (error) {
      if (signal.aborted) return
      throw error
    }
    const watched = new AbortController()
    const watching = tellStates(backend.place, coordinator, watched.signal)
    try {
      yield coordinator
    } finally {
      watched.abort()
      await watching
      await coordinator[Symbol.asyncDispose]()
    }
  }
}

async function tellStates(place: string, { session }: Coordinator, signal: AbortSignal): Promise<void> {
  let before: SessionState = "connected"
  for await (const state of session.states({ signal })) {
    if (state === "suspended") {
      publishNotice(
        "warning",
        `${place} does not answer: nothing is done until it does, or the session is lost`,
      )
    } else if (state === "lost") {
      const reason: unknown = session.lost.reason
      publishNotice("warning", reason instanceof Error ? reason.message : String(reason), reason)
    } else if (before === "suspended") {
      publishNotice("info", `${place} answers, and the session is the same`)
    }
    before = state
  }
}
