/** Whether an etcd member answers and has a leader. */
export async function healthOf(metricsUrl: string): Promise<boolean> {
  try {
    const answer: unknown = await (await fetch(`${metricsUrl}/health`)).json()
    return typeof answer === "object" && answer !== null && "health" in answer && answer.health === "true"
  } catch {
    // Nobody listens yet.
    return false
  }
}
