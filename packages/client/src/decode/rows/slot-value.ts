import { decodeUtf8 } from "@canal/protocol"
import {
  KIND_BIG,
  KIND_BYTES,
  KIND_INTEGER,
  KIND_JSON,
  KIND_LABEL,
  KIND_LATIN1,
  KIND_NEGATIVE_BIG,
  KIND_NULL,
  KIND_NUMBER,
  KIND_REPEATED,
  KIND_SLICE,
  KIND_UTF16,
  KIND_UTF8,
  SLOT_END,
  SLOT_KIND,
  SLOT_SIZE,
  SLOT_START,
} from "../row-layout.ts"
import { readLatin1, readUtf16 } from "../text.ts"
import { readValue, type Value, type ValueType } from "../value.ts"
import type { FoundRows } from "./found-rows.ts"

/** Numbers and words of a slot. */
const NUMBERS = SLOT_SIZE / 8
const WORDS = SLOT_SIZE / 4

/** The value in a slot of the row that was gone to. */
export function slotValue(rows: FoundRows, slot: number, type: ValueType): Value {
  const kind = rows.slotBytes[slot * SLOT_SIZE + SLOT_KIND] ?? 0
  const { bytes, words } = rows
  const start = words[slot * WORDS + (SLOT_START >> 2)] ?? 0
  const end = words[slot * WORDS + (SLOT_END >> 2)] ?? 0
  switch (kind & ~KIND_REPEATED) {
    case KIND_NULL:
      return null
    case KIND_INTEGER:
      return rows.ints[slot * WORDS] ?? 0
    case KIND_NUMBER:
      return rows.numbers[slot * NUMBERS] ?? 0
    case KIND_SLICE:
      return rows.piece.slice(start - rows.pieceStart, end - rows.pieceStart)
    case KIND_LATIN1:
      return readLatin1(bytes, start, end)
    case KIND_UTF8:
      return decodeUtf8(bytes, start, end)
    case KIND_UTF16:
      return readUtf16(bytes, start, end)
    case KIND_JSON:
      return rows.json.value(start, rows.piece, rows.pieceStart)
    case KIND_BYTES:
      return rows.octets.slice(start, end)
    case KIND_LABEL:
      return type.labelOf(rows.ints[slot * WORDS] ?? 0)
    case KIND_BIG:
      return rows.integers[slot * NUMBERS] ?? 0n
    case KIND_NEGATIVE_BIG:
      return -(rows.integers[slot * NUMBERS] ?? 0n)
    default:
      return readValue(type, bytes, start, end, rows.sqlTypeAt(slot))
  }
}
