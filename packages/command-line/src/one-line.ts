/** Text that others had a say in, such as an error's message, as one line without control characters. */
export function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\p{Cc}+\s*/gu, " ")
}
