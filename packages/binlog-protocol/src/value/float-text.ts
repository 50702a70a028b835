import type { ByteWriter } from "../bytes/byte-writer.ts"

/*
 * How MySQL prints floating point numbers (`my_gcvt` of strings/dtoa.cc): the shortest digits that read back as the
 * same DOUBLE, at most six for a FLOAT; without exponent from 1e-15 up to, not including, 1e15, and beyond where a
 * fraction remains; otherwise as `1.5e20` or `1e-16`, the exponent without plus and without zeros in front.
 */

/** Appends a DOUBLE as MySQL shows it. */
export function writeDoubleText(value: number, out: ByteWriter): void {
  const size = Math.abs(value)
  // From 1e-6 on JavaScript writes no exponent either.
  if (size >= 1e-6 && size < 1e15) out.ascii(String(value))
  else if (size === 0) writeZero(value, out)
  else writeExponential(value.toExponential(), out)
}

/** Appends a FLOAT as MySQL shows it: in six significant digits at most. */
export function writeFloatText(value: number, out: ByteWriter): void {
  if (value === 0) writeZero(value, out)
  else writeExponential(sixDigits(value), out)
}

function writeZero(value: number, out: ByteWriter): void {
  out.ascii(Object.is(value, -0) ? "-0" : "0")
}

/**
 * The nearest number of six digits in exponential form. JavaScript rounds a tie away from zero, MySQL to the even
 * digit; a tie is a number that seven digits ending in 5 give exactly.
 */
function sixDigits(value: number): string {
  const rounded = value.toExponential(5)
  const seven = value.toExponential(6)
  const mark = seven.indexOf("e")
  if (seven.charCodeAt(mark - 1) !== 0x35 || !/^0*e/.test(value.toExponential(20).slice(mark))) return rounded
  const even = (seven.charCodeAt(mark - 2) & 1) === 0
  return even ? seven.slice(0, mark - 1) + seven.slice(mark) : rounded
}

/** Turns JavaScript's `-d.ddde±x` into MySQL's form. */
function writeExponential(text: string, out: ByteWriter): void {
  const mark = text.indexOf("e")
  if (mark < 0) return out.ascii(text)
  const negative = text.startsWith("-")
  const exponent = Number(text.slice(mark + 1))
  const digits = text
    .slice(negative ? 1 : 0, mark)
    .replace(".", "")
    .replace(/(?<=.)0+$/, "")
  if (negative) out.ascii("-")
  if (exponent < -15 || (exponent > 14 && digits.length <= exponent + 1)) {
    out.ascii(digits.length > 1 ? `${digits.slice(0, 1)}.${digits.slice(1)}` : digits)
    out.ascii(`e${exponent}`)
  } else if (exponent < 0) {
    out.ascii(`0.${"0".repeat(-1 - exponent)}${digits}`)
  } else if (digits.length <= exponent + 1) {
    out.ascii(digits.padEnd(exponent + 1, "0"))
  } else {
    out.ascii(`${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`)
  }
}
