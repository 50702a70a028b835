import type { ByteWriter } from "@canal/binlog-protocol"

/*
 * Floating point numbers as Java prints them (`Double.toString`, `Float.toString`): plain from 1e-3 up to, not
 * including, 1e7, else `d.dddE±n`, with at least one digit behind the point. The digits are those of JDK 19 and
 * later: the fewest that read back as the same number, but at least two, and of those the nearest.
 */

/** Appends a DOUBLE as Java's `Double.toString` shows it. */
export function writeJavaDouble(value: number, out: ByteWriter): void {
  const size = Math.abs(value)
  if (size >= 1e-3 && size < 1e7) {
    const text = String(value)
    out.ascii(text)
    if (size === Math.floor(size)) out.ascii(".0")
  } else if (size === 0) {
    out.ascii(Object.is(value, -0) ? "-0.0" : "0.0")
  } else {
    const shortest = value.toExponential()
    writeLayout(hasOneDigit(shortest) ? value.toExponential(1) : shortest, out)
  }
}

/** Appends a FLOAT, widened to a double, as Java's `Float.toString` shows it. */
export function writeJavaFloat(value: number, out: ByteWriter): void {
  const size = Math.abs(value)
  if (size < 1e7 && size === Math.floor(size)) writeJavaDouble(value, out)
  else writeLayout(shortestFloat(value), out)
}

function hasOneDigit(exponential: string): boolean {
  return exponential.lastIndexOf("e") <= (exponential.startsWith("-") ? 2 : 1)
}

const SMALLEST_NORMAL = 2 ** -126

/**
 * In exponential form. Any six digits tell normal floats apart, so that a shorter form is those six without zeros. A
 * power of two has more room above than below, where a form may lie that is shorter though not the nearest.
 */
function shortestFloat(value: number): string {
  const size = Math.abs(value)
  const hasMoreAbove = isPowerOfTwo(size)
  for (let digits = size < SMALLEST_NORMAL ? 2 : 6; digits < 9; digits++) {
    const nearest = rounded(value, digits)
    if (Math.fround(Number(nearest)) === value) return nearest
    if (!hasMoreAbove) continue
    const above = (value * (1 + 2 ** -25)).toExponential(digits - 1)
    if (Math.fround(Number(above)) === value) return above
  }
  return rounded(value, 9)
}

/** Rounded to so many digits in exponential form: where two are as near, to the even one. JavaScript takes the larger. */
function rounded(value: number, digits: number): string {
  const nearest = value.toExponential(digits - 1)
  const exact = value.toExponential(20)
  // The first digit and the point stand before the others.
  const first = value < 0 ? 2 : 1
  const isTie = /^50*e/.test(exact.slice(first + digits))
  const isEven = (exact.charCodeAt(first + digits - 1) & 1) === 0
  return isTie && isEven ? exact.slice(0, first + digits) + exact.slice(exact.indexOf("e")) : nearest
}

const FLOAT = new Float32Array(1)
const FLOAT_BITS = new Uint32Array(FLOAT.buffer)

function isPowerOfTwo(size: number): boolean {
  FLOAT[0] = size
  return ((FLOAT_BITS[0] ?? 0) & 0x7f_ffff) === 0
}

const MINUS = 0x2d
const ZERO = 0x30

/** Turns JavaScript's `-d.ddde±x` into Java's layout. */
function writeLayout(exponential: string, out: ByteWriter): void {
  const mark = exponential.lastIndexOf("e")
  const exponent = Number(exponential.slice(mark + 1))
  const start = exponential.charCodeAt(0) === MINUS ? 1 : 0
  const first = exponential.charAt(start)
  let end = mark
  while (end > start + 2 && exponential.charCodeAt(end - 1) === ZERO) end--
  const others = exponential.slice(start + 2, end)
  if (start === 1) out.ascii("-")
  if (exponent < -3 || exponent > 6) {
    out.ascii(first)
    out.ascii(".")
    out.ascii(others === "" ? "0" : others)
    out.ascii("E")
    out.ascii(String(exponent))
    return
  }
  const digits = first + others
  if (exponent < 0) {
    out.ascii(`0.${"0".repeat(-1 - exponent)}${digits}`)
  } else {
    const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0")
    out.ascii(`${whole}.${digits.slice(exponent + 1) || "0"}`)
  }
}
