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
  if (size < 1e7 && size === Math.floor(size)) return writeJavaDouble(value, out)
  if (size >= 1e-3 && size < 1e7 && !isPowerOfTwo(size)) return writePlainFloat(value, out)
  writeLayout(shortestFloat(value), out)
}

/** Powers of ten that a float can be multiplied by exactly: its 24 bits and those of 5^11 are less than 53. */
const TENS = Array.from({ length: 12 }, (_, exponent) => 10 ** exponent)

/** The same digits as `shortestFloat` finds, for a number without exponent that has a fraction. */
function writePlainFloat(value: number, out: ByteWriter): void {
  const size = Math.abs(value)
  let places = 8
  for (let limit = 0.01; size >= limit && places > 1; limit *= 10) places--
  for (; ; places++) {
    const unit = TENS[places] ?? 1
    const exact = size * unit
    const down = Math.floor(exact)
    const digits = exact - down >= 0.5 ? down + 1 : down
    if (Math.fround(digits / unit) !== size) continue
    if (value < 0) out.ascii("-")
    const whole = Math.floor(digits / unit)
    out.digits(whole)
    out.ascii(".")
    let fraction = digits - whole * unit
    for (; fraction % 10 === 0; places--) fraction /= 10
    out.digits(fraction, places)
    return
  }
}

const FLOAT = new Float32Array(1)
const FLOAT_BITS = new Uint32Array(FLOAT.buffer)

function isPowerOfTwo(size: number): boolean {
  FLOAT[0] = size
  return ((FLOAT_BITS[0] ?? 0) & 0x7f_ffff) === 0
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
    const nearest = value.toExponential(digits - 1)
    if (Math.fround(Number(nearest)) === value) return nearest
    if (!hasMoreAbove) continue
    const above = (value * (1 + 2 ** -25)).toExponential(digits - 1)
    if (Math.fround(Number(above)) === value) return above
  }
  return value.toExponential(8)
}

/** Turns JavaScript's `-d.ddde±x` into Java's layout. */
function writeLayout(exponential: string, out: ByteWriter): void {
  const mark = exponential.lastIndexOf("e")
  const exponent = Number(exponential.slice(mark + 1))
  const negative = exponential.startsWith("-")
  const digits = exponential
    .slice(negative ? 1 : 0, mark)
    .replace(".", "")
    .replace(/(?<=.)0+$/, "")
  if (negative) out.ascii("-")
  if (exponent < -3 || exponent > 6) {
    out.ascii(`${digits.slice(0, 1)}.${digits.slice(1) || "0"}E${exponent}`)
  } else if (exponent < 0) {
    out.ascii(`0.${"0".repeat(-1 - exponent)}${digits}`)
  } else {
    const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0")
    out.ascii(`${whole}.${digits.slice(exponent + 1) || "0"}`)
  }
}
