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
  if (size >= SMALLEST_NORMAL && !isPowerOfTwo(size) && writeSureFloat(value, size, out)) return
  writeLayout(shortestFloat(value), out)
}

/** Powers of ten, as near as a double can be. */
const TENS = Array.from({ length: 55 }, (_, exponent) => Number(`1e${exponent}`))
/** Of a float's last bit, beside its first. */
const HALF_UNIT = 2 ** -24
/** Beyond this an error of a few units in the last place of a double shows in nine digits. */
const DOUBT = 1e-5

/**
 * Appends a float that is neither subnormal nor a power of two, when plain arithmetic is sure of its digits; answers
 * whether it was. It finds the same as `shortestFloat`.
 */
function writeSureFloat(value: number, size: number, out: ByteWriter): boolean {
  FLOAT[0] = size
  const binary = (FLOAT_BITS[0] ?? 0) >>> 23
  FLOAT_BITS[0] = binary << 23
  // Half the distance to the next float: the bound for what reads back as this one.
  const half = (FLOAT[0] ?? 0) * HALF_UNIT
  let exponent = Math.floor((binary - 127) * Math.LOG10E * Math.LN2)
  if (size >= power(1, exponent + 1)) exponent++
  for (let count = 6; count <= 9; count++) {
    const shift = count - 1 - exponent
    const exact = power(size, shift)
    const down = Math.floor(exact)
    const rest = exact - down
    if (Math.abs(rest - 0.5) < DOUBT) return false
    const digits = rest > 0.5 ? down + 1 : down
    const distance = Math.abs(power(digits, -shift) - size) / half
    if (Math.abs(distance - 1) < DOUBT) return false
    if (distance > 1) continue
    if (value < 0) out.ascii("-")
    writeDigits(digits, shift, exponent, out)
    return true
  }
  return false
}

/** `number` · 10^`exponent`. */
function power(number: number, exponent: number): number {
  return exponent >= 0 ? number * (TENS[exponent] ?? Infinity) : number / (TENS[-exponent] ?? Infinity)
}

/** Appends `digits` · 10^-`shift`, which lies between 10^`exponent` and 10^(`exponent` + 1), in Java's layout. */
function writeDigits(digits: number, shift: number, exponent: number, out: ByteWriter): void {
  let places = shift
  let rest = digits
  let point = exponent
  if (rest >= (TENS[shift + exponent + 1] ?? Infinity)) point++
  const isPlain = point >= -3 && point <= 6
  // Behind the point stands at least one digit.
  const least = isPlain ? 1 : 1 - point
  for (; rest % 10 === 0 && places > least; places--) rest /= 10
  const shown = isPlain ? places : places + point
  const unit = TENS[shown] ?? 1
  const whole = Math.floor(rest / unit)
  out.digits(whole)
  out.ascii(".")
  out.digits(rest - whole * unit, shown)
  if (isPlain) return
  out.ascii(point < 0 ? "E-" : "E")
  out.digits(Math.abs(point))
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
