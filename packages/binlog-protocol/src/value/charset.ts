import type { ByteWriter } from "../bytes/byte-writer.ts"
import { readUInt16, readUInt8, readUIntBE } from "../bytes/read.ts"
import { latin1Text, utf8Text } from "../bytes/text.ts"
import { charsetOfCollation } from "./collation.ts"
import type { CharsetName } from "./collation.ts"
import { createKoreanTables } from "./euckr.ts"
import { createMultiByteTables } from "./multi-byte-tables.ts"
import type { MultiByteTables } from "./multi-byte-tables.ts"
import { writtenText } from "./scratch.ts"
import { SINGLE_BYTE_TABLES } from "./single-byte-tables.ts"

/** How the bytes of one character set become text. Bytes that mean nothing in it become U+FFFD. */
export interface Charset {
  readonly name: CharsetName
  readonly decode: (bytes: Buffer, start: number, end: number) => string
  /** Appends the text as UTF-8. */
  readonly writeUtf8: (bytes: Buffer, start: number, end: number, out: ByteWriter) => void
}

/** Names by which `TextDecoder` knows character sets of one byte. */
const SINGLE_BYTE: Partial<Record<CharsetName, string>> = {
  cp1250: "windows-1250",
  cp1251: "windows-1251",
  cp1256: "windows-1256",
  cp1257: "windows-1257",
  koi8r: "koi8-r",
  latin1: "windows-1252",
  latin2: "iso-8859-2",
  latin7: "iso-8859-13",
  macroman: "macintosh",
}

const charsets = new Map<CharsetName, Charset>()

/** The character set of a collation id; UTF-8 for none and for an id nobody knows. */
export function charsetOf(collation: number | undefined): Charset {
  const name = charsetOfCollation(collation)
  const known = charsets.get(name)
  if (known !== undefined) return known
  const made = createCharset(name)
  charsets.set(name, made)
  return made
}

/** Character sets in which bytes below 0x80 are not the ASCII characters of the same numbers. */
const NOT_ASCII: ReadonlySet<CharsetName> = new Set(["swe7", "ucs2", "utf16", "utf16le", "utf32"])

/** Whether text of bytes below 0x80 is ASCII in the character set. */
export function holdsAscii({ name }: Charset): boolean {
  return !NOT_ASCII.has(name)
}

function createCharset(name: CharsetName): Charset {
  const multiByte = name === "euckr" ? createKoreanTables() : createMultiByteTables(name)
  if (multiByte !== undefined) return byTables(name, multiByte)
  const singleByte = SINGLE_BYTE[name]
  if (singleByte !== undefined) return byTable(name, decodeAllBytes(singleByte))
  const table = SINGLE_BYTE_TABLES[name]
  if (table !== undefined) return byTable(name, table)
  switch (name) {
    case "ucs2":
    case "utf16":
      return byUnit(name, 2, (bytes, at) => readUIntBE(bytes, at, 2))
    case "utf16le":
      return byUnit(name, 2, readUInt16)
    case "utf32":
      return byUnit(name, 4, (bytes, at) => readUIntBE(bytes, at, 4))
    case "binary":
      return {
        name,
        decode: latin1Text,
        writeUtf8: (bytes, start, end, out) => out.latin1AsUtf8(bytes, start, end),
      }
    default:
      return {
        name,
        decode: utf8Text,
        writeUtf8: (bytes, start, end, out) => out.copyFrom(bytes, start, end),
      }
  }
}

function decodeAllBytes(label: string): string {
  return new TextDecoder(label).decode(Uint8Array.from({ length: 256 }, (_, byte) => byte))
}

/** `table` holds the character of each byte, all in the basic plane. */
function byTable(name: CharsetName, table: string): Charset {
  const codes = Uint16Array.from({ length: 256 }, (_, byte) => table.charCodeAt(byte))
  return byUnit(name, 1, (bytes, at) => codes[readUInt8(bytes, at)] ?? 0xfffd)
}

/** Text of units of equal size, each a code point or one half of a surrogate pair. A last unit cut short is U+FFFD. */
function byUnit(name: CharsetName, size: number, read: (bytes: Buffer, at: number) => number): Charset {
  const writeUtf8 = (bytes: Buffer, start: number, end: number, out: ByteWriter): void => {
    out.reserve(Math.ceil((end - start) / size) * 4)
    let at = start
    while (at + size <= end) {
      let code = read(bytes, at)
      at += size
      if (code >= 0xd800 && code < 0xe000) {
        const next = size === 2 && code < 0xdc00 && at + 2 <= end ? read(bytes, at) : 0
        if (next >= 0xdc00 && next < 0xe000) {
          code = 0x1_0000 + ((code - 0xd800) << 10) + (next - 0xdc00)
          at += 2
        } else code = 0xfffd
      }
      writeCodePoint(code > 0x10_ffff ? 0xfffd : code, out)
    }
    if (at < end) writeCodePoint(0xfffd, out)
  }
  return { name, decode: writtenText(writeUtf8), writeUtf8 }
}

/** Text of ASCII and of characters of one to four bytes that begin from 0x80 on. Bytes that are none are U+FFFD each. */
function byTables(name: CharsetName, { singles, pairs, triples, four }: MultiByteTables): Charset {
  const writeUtf8 = (bytes: Buffer, start: number, end: number, out: ByteWriter): void => {
    for (let at = start; at < end; at++) {
      const first = readUInt8(bytes, at)
      if (first < 0x80) {
        out.byte(first)
        continue
      }
      const second = at + 1 < end ? readUInt8(bytes, at + 1) : 0
      if (four !== undefined && second >= 0x30 && second <= 0x39 && at + 4 <= end) {
        out.utf8(four(bytes.subarray(at, at + 4)))
        at += 3
        continue
      }
      const third = triples !== undefined && first === 0x8f && at + 2 < end
      const code =
        (third ? triples[second * 256 + readUInt8(bytes, at + 2)] : singles[first]) ||
        (third ? 0 : (pairs[first * 256 + second] ?? 0))
      writeCodePoint(code === 0 ? 0xfffd : code, out)
      if (code !== 0) at += third ? 2 : singles[first] === 0 ? 1 : 0
    }
  }
  return { name, decode: writtenText(writeUtf8), writeUtf8 }
}

function writeCodePoint(code: number, out: ByteWriter): void {
  if (code < 0x80) return out.byte(code)
  if (code < 0x800) {
    out.byte(0xc0 | (code >> 6))
  } else if (code < 0x1_0000) {
    out.byte(0xe0 | (code >> 12))
    out.byte(0x80 | ((code >> 6) & 0x3f))
  } else {
    out.byte(0xf0 | (code >> 18))
    out.byte(0x80 | ((code >> 12) & 0x3f))
    out.byte(0x80 | ((code >> 6) & 0x3f))
  }
  out.byte(0x80 | (code & 0x3f))
}
