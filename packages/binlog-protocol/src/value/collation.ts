/*
 * Which character set a collation belongs to. Ids as `information_schema.COLLATIONS` of MySQL 9.7 and MariaDB lists
 * them. MariaDB's collations without padding are others plus 1024; from 2048 on, its UCA 14.0.0 collations take 256
 * ids a character set.
 */

const SINGLE = [
  ["armscii8", [32, 64]],
  ["ascii", [11, 65]],
  ["big5", [1, 84]],
  ["binary", [63]],
  ["cp1250", [26, 34, 44, 66, 99]],
  ["cp1251", [14, 23, 50, 51, 52]],
  ["cp1256", [57, 67]],
  ["cp1257", [29, 58, 59]],
  ["cp850", [4, 80]],
  ["cp852", [40, 81]],
  ["cp866", [36, 68]],
  ["cp932", [95, 96]],
  ["dec8", [3, 69]],
  ["eucjpms", [97, 98]],
  ["euckr", [19, 85]],
  ["gb18030", [248, 249, 250]],
  ["gb2312", [24, 86]],
  ["gbk", [28, 87]],
  ["geostd8", [92, 93]],
  ["greek", [25, 70]],
  ["hebrew", [16, 71]],
  ["hp8", [6, 72]],
  ["keybcs2", [37, 73]],
  ["koi8r", [7, 74]],
  ["koi8u", [22, 75]],
  ["latin1", [5, 8, 15, 31, 47, 48, 49, 94]],
  ["latin2", [2, 9, 21, 27, 77]],
  ["latin5", [30, 78]],
  ["latin7", [20, 41, 42, 79]],
  ["macce", [38, 43]],
  ["macroman", [39, 53]],
  ["sjis", [13, 88]],
  ["swe7", [10, 82]],
  ["tis620", [18, 89]],
  ["ucs2", [35, 90]],
  ["ujis", [12, 91]],
  ["utf16", [54, 55]],
  ["utf16le", [56, 62]],
  ["utf32", [60, 61]],
  ["utf8mb3", [33, 76, 83]],
  ["utf8mb4", [45, 46]],
] as const

export type CharsetName = (typeof SINGLE)[number][0]

/** Runs of ids: first, last, character set. */
const RUNS: readonly (readonly [number, number, CharsetName])[] = [
  [101, 127, "utf16"],
  [128, 159, "ucs2"],
  [160, 191, "utf32"],
  [192, 223, "utf8mb3"],
  [576, 607, "utf8mb3"],
  [640, 671, "ucs2"],
  [672, 735, "utf16"],
  [736, 767, "utf32"],
]

const UCA_14: readonly CharsetName[] = ["utf8mb3", "utf8mb4", "ucs2", "utf16", "utf32"]

const CHARSETS = new Map<number, CharsetName>()
for (const [name, ids] of SINGLE) for (const id of ids) CHARSETS.set(id, name)

/** The id that means bytes without a character set. */
export const BINARY_COLLATION = 63

/** The character set of a collation; utf8mb4 for none and for an id nobody knows. */
export function charsetOfCollation(collation: number | undefined): CharsetName {
  if (collation === undefined) return "utf8mb4"
  if (collation >= 2048) return UCA_14[(collation - 2048) >> 8] ?? "utf8mb4"
  const id = collation >= 1024 ? collation - 1024 : collation
  return CHARSETS.get(id) ?? RUNS.find(([first, last]) => id >= first && id <= last)?.[2] ?? "utf8mb4"
}
