/** DER, the distinguished encoding of ASN.1 (X.690): a tag, a length, and the content. */
function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag]), lengthOf(content), content])
}

function lengthOf(content: Buffer): Buffer {
  if (content.length < 0x80) return Buffer.from([content.length])
  const octets = Buffer.alloc(4)
  octets.writeUInt32BE(content.length)
  const significant = octets.subarray(octets.findIndex((octet) => octet !== 0))
  return Buffer.concat([Buffer.from([0x80 | significant.length]), significant])
}

/** The few kinds of element that a certificate needs. */
export const der = {
  sequence: (...elements: readonly Uint8Array[]): Buffer => element(0x30, ...elements),
  set: (...elements: readonly Uint8Array[]): Buffer => element(0x31, ...elements),
  /** A positive whole number, big-endian, whose first octet is from 0x01 to 0x7f. */
  integer: (bytes: Uint8Array): Buffer => element(0x02, bytes),
  true: (): Buffer => element(0x01, Buffer.from([0xff])),
  octets: (content: Uint8Array): Buffer => element(0x04, content),
  bits: (content: Uint8Array): Buffer => element(0x03, Buffer.from([0]), content),
  text: (text: string): Buffer => element(0x0c, Buffer.from(text)),
  /** UTCTime, to the second, for the years 1950 to 2049. */
  time: (at: Date): Buffer =>
    element(0x17, Buffer.from(`${at.toISOString().replaceAll(/[-:T]/g, "").slice(2, 14)}Z`)),
  /** A context-specific tag around elements. */
  explicit: (tag: number, ...elements: readonly Uint8Array[]): Buffer => element(0xa0 | tag, ...elements),
  /** A context-specific tag in place of the content's own. */
  implicit: (tag: number, content: Uint8Array): Buffer => element(0x80 | tag, content),
  objectId: (dotted: string): Buffer => element(0x06, objectIdBytes(dotted)),
}

function objectIdBytes(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number)
  const octets = [first * 40 + second]
  for (const part of rest) {
    const digits = [part & 0x7f]
    for (let left = part >>> 7; left > 0; left >>>= 7) digits.unshift(0x80 | (left & 0x7f))
    octets.push(...digits)
  }
  return Buffer.from(octets)
}
