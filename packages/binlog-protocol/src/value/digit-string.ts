/*
 * Whole numbers as strings, out of prepared pieces of up to three digits: faster than writing them to bytes and reading
 * those.
 */

const PADDED: readonly (readonly string[])[] = [0, 1, 2, 3].map((width) =>
  Array.from({ length: 10 ** width }, (_, number) => String(number).padStart(width, "0")),
)
const PLAIN = Array.from({ length: 1000 }, (_, number) => String(number))
const DOTTED = PADDED.map((texts) => texts.map((text) => `.${text}`))
const THREE = PADDED[3] ?? []

/** The digits of a whole number. */
export function plainDigits(value: number): string {
  if (value < 1000) return PLAIN[value] ?? String(value)
  const thousands = (value / 1000) | 0
  return plainDigits(thousands) + (THREE[value - thousands * 1000] ?? "")
}

/** The same with zeros in front up to `width`, at most 9. */
export function paddedDigits(value: number, width: number): string {
  return pieces(PADDED, value, width)
}

/** The same behind a point; nothing for a width of 0. */
export function dottedDigits(value: number, width: number): string {
  return width === 0 ? "" : pieces(DOTTED, value, width)
}

function pieces(first: readonly (readonly string[])[], value: number, width: number): string {
  if (width <= 3) return first[width]?.[value] ?? String(value)
  const thousands = (value / 1000) | 0
  return pieces(first, thousands, width - 3) + (THREE[value - thousands * 1000] ?? "")
}
