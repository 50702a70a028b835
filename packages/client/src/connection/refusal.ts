/** The sentence for people in what a server says about an error: Java's wraps it in channel, class name and stack. */
export function refusalText(message: string): string {
  const text = /exception=[\w.$]+: ?([^\n]*)/.exec(message)?.[1] ?? message.split("\n")[0] ?? ""
  return text.trim() === "" ? "no reason given" : text.trim()
}
