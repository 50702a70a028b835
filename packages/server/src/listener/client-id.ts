/** A client id that Java's Short.parseShort would refuse. */
export class ClientIdError extends Error {
  override readonly name = "ClientIdError"
}

/** Reads a client id: a whole number of 16 bits in decimal, with or without a sign. */
export function parseClientId(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new ClientIdError(`For input string: "${text}"`)
  const number = Number(text)
  if (number < -32_768 || number > 32_767) {
    throw new ClientIdError(`Value out of range. Value:"${text}" Radix:10`)
  }
  return number
}
