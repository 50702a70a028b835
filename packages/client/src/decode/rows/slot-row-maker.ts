import { asPropertyName, canGenerate, generated } from "../generated.ts"
import {
  KIND_INTEGER,
  KIND_JSON,
  KIND_LABEL,
  KIND_NUMBER,
  KIND_SLICE,
  SLOT_END,
  SLOT_KIND,
  SLOT_NUMBER,
  SLOT_SIZE,
  SLOT_START,
} from "../row-layout.ts"
import type { ValueType } from "../value.ts"
import type { FoundRows } from "./found-rows.ts"
import { isCompilable, type Row } from "./row-maker.ts"
import { slotValue } from "./slot-value.ts"

/** Makes the row that was gone to, whose slots begin there. */
export type SlotRowMaker = (rows: FoundRows, slots: number) => Row

/**
 * Makes rows straight from their slots, by a function with lines for each column: for columns of which many rows come, as
 * it takes the engine milliseconds to make it fast. `undefined` where there can be none.
 */
export function slotRowMaker(
  names: readonly string[],
  types: readonly ValueType[],
): SlotRowMaker | undefined {
  if (!canGenerate || !isCompilable(names)) return undefined
  const source = `
    ${names.map((_, i) => `const n${i} = names[${i}], t${i} = types[${i}]`).join("\n")}
    function Row(rows, slots) {
      const { slotBytes, words, ints, numbers, json, piece, pieceStart } = rows
      ${types.map((type, i) => `this[n${i}] = ${valueSource(type, i)}`).join("\n")}
    }
    Row.prototype = Object.prototype
    return (rows, slots) => new Row(rows, slots)`
  const known = names.map(asPropertyName)
  return generated<SlotRowMaker>(["names", "types", "slotValue"], source)(known, types, slotValue)
}

/** The source text of a column's value: what it mostly is, is read where it lies. */
function valueSource({ kind }: ValueType, i: number): string {
  const at = (offset: number, size: number): string =>
    `slots * ${SLOT_SIZE / size} + ${(i * SLOT_SIZE + offset) / size}`
  const [start, end] = [SLOT_START, SLOT_END].map((offset) => `words[${at(offset, 4)}]`)
  const integer = `ints[${at(SLOT_NUMBER, 4)}]`
  const double = { is: KIND_NUMBER, value: `numbers[${at(SLOT_NUMBER, 8)}]` }
  const usual = {
    integer: [{ is: KIND_INTEGER, value: integer }, double],
    double: [double],
    text: [{ is: KIND_SLICE, value: `piece.slice(${start} - pieceStart, ${end} - pieceStart)` }],
    labels: [{ is: KIND_LABEL, value: `t${i}.labelOf(${integer})` }],
    json: [{ is: KIND_JSON, value: `json.value(${start}, piece, pieceStart)` }],
  }[kind]
  const cases = usual.map(({ is, value }) => `slotBytes[${at(SLOT_KIND, 1)}] === ${is} ? ${value} : `)
  return `${cases.join("")}slotValue(rows, slots + ${i}, t${i})`
}
