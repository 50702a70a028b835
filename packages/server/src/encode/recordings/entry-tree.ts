/*
 * An entry as the fields that stand in its bytes, read without a schema's help: which are there, in which order, and
 * what they hold. Reads what Java wrote and what we wrote alike.
 */

/** A field of a message. A varint is a bigint, a message has its fields, all else is bytes. */
export interface Field {
  readonly number: number
  readonly value: bigint | Buffer
  readonly message: readonly Field[] | undefined
}

/** Which fields of a message are messages themselves. */
interface Shape {
  readonly [field: number]: Shape
}

const PAIR: Shape = {}
const COLUMN: Shape = { 7: PAIR }
const ROW_DATA: Shape = { 1: COLUMN, 2: COLUMN, 3: PAIR }
const HEADER: Shape = { 12: PAIR }
const STORE_VALUES: Readonly<Record<string, Shape>> = {
  1: { 3: PAIR },
  2: { 12: ROW_DATA, 13: PAIR },
  3: { 3: PAIR },
}

/** Reads an entry. Throws if the bytes are no message or a message's fields do not ascend. */
export function readEntryTree(bytes: Buffer): readonly Field[] {
  const entryType = textOf(readFields(bytes, {}), 2) ?? ""
  return readFields(bytes, { 1: HEADER, 3: STORE_VALUES[entryType] ?? {} })
}

function readFields(bytes: Buffer, shape: Shape): readonly Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) throw new Error("A varint ends too early")
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asIntN(64, value)
    }
  }
  let last = 0
  while (at < bytes.length) {
    const tag = Number(varint())
    const number = tag >> 3
    if (number < last) throw new Error(`Field ${number} stands behind field ${last}`)
    last = number
    if ((tag & 7) === 0) fields.push({ number, value: varint(), message: undefined })
    else if ((tag & 7) === 2) {
      const end = Number(varint()) + at
      if (end > bytes.length) throw new Error(`Field ${number} ends too early`)
      const content = bytes.subarray(at, end)
      const inner = shape[number]
      fields.push({ number, value: content, message: inner && readFields(content, inner) })
      at = end
    } else throw new Error(`Field ${number} has kind ${tag & 7}`)
  }
  return fields
}

/** The first field of that number, as text; `undefined` if absent. */
export function textOf(fields: readonly Field[], number: number): string | undefined {
  const field = fields.find((field) => field.number === number)
  return field === undefined ? undefined : valueText(field)
}

/** The message in the first field of that number; empty if absent. */
export function messageOf(fields: readonly Field[], number: number): readonly Field[] {
  return fields.find((field) => field.number === number)?.message ?? []
}

/** A field's value as text; bytes that are no UTF-8 show as U+FFFD. */
export function valueText({ value }: Field): string {
  return typeof value === "bigint" ? String(value) : value.toString("utf8")
}
