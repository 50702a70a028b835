import type { CharsetName } from "./collation.ts"

/** The characters of a set in which they take one, two or more bytes. Each table has 0 where there is no character. */
export interface MultiByteTables {
  /** By the one byte, from 0x80 on. */
  readonly singles: Uint16Array
  /** By first byte · 256 + second. */
  readonly pairs: Uint16Array
  /** By the two bytes behind 0x8f. */
  readonly triples?: Uint16Array
  /** Reads the four bytes of a character whose second is a digit. */
  readonly four?: (bytes: Uint8Array) => string
}

/** Names by which `TextDecoder` knows character sets of several bytes. */
const LABELS: Partial<Record<CharsetName, string>> = {
  big5: "big5",
  cp932: "shift_jis",
  eucjpms: "euc-jp",
  gb18030: "gb18030",
  gb2312: "gbk",
  gbk: "gbk",
  sjis: "shift_jis",
  ujis: "euc-jp",
}

const JAPANESE_SIGNS = ["＼～∥－￠￡￢", "\\〜‖−¢£¬"] as const

/** Signs that `TextDecoder` reads as others than MySQL, wherever they stand: its own and MySQL's, in pairs. */
const VARIANTS: Partial<Record<CharsetName, readonly [string, string]>> = {
  gb2312: ["·—", "・―"],
  sjis: JAPANESE_SIGNS,
  ujis: JAPANESE_SIGNS,
}

/** Where MySQL has other characters than `TextDecoder`, or has some where that has none: the first's bytes, and those that follow. */
const OWN: Partial<Record<CharsetName, readonly (readonly [number, string])[]>> = {
  big5: [
    [0xa145, "•"],
    [0xa14e, "､"],
    [0xa15a, "\ufffd"],
    [0xa1c2, "‾\ufffd"],
    [0xa1c5, "\ufffd"],
    [0xa1e3, "∼"],
    [0xa1f2, "♁☉"],
    [0xa1fe, "\ufffd"],
    [0xa240, "\ufffd／＼"],
    [0xa244, "¥"],
    [0xa246, "¢£"],
    [0xa2cc, "\ufffd"],
    [0xa2ce, "\ufffd"],
    [
      0xc6a1,
      "ヾゝゞ々ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとどなにぬねのはばぱひびぴふぶぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろゎわゐゑをんァアィイゥウェ",
    ],
    [
      0xc740,
      "エォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトドナニヌネノハバパヒビピフブプヘベペホボポマミムメモャヤュユ",
    ],
    [
      0xc7a1,
      "ョヨラリルレロヮワヰヱヲンヴヵヶДЕЁЖЗИЙКЛМУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя①②③④⑤⑥⑦⑧⑨⑩⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽",
    ],
  ],
  eucjpms: [
    [0x8fa2c3, "￤"],
    [0x8ff3f3, "ⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹⅠⅡ"],
    [
      0x8ff4a1,
      "ⅢⅣⅤⅥⅦⅧⅨⅩ＇＂㈱№℡炻仼僴凬匇匤﨎咊坙﨏塚增寬峵嵓﨑德悅愠敎昻晥晴朗栁﨓﨔橫櫢淸淲瀨凞猪甁皂皞益礰礼神祥福竧靖精綠緖羽荢﨟薰蘒﨡蠇諸譿賴赶﨣﨤逸郞都鄕﨧﨨閒隆﨩霻靍靑飯飼館馞髙魲鶴黑",
    ],
  ],
  gb18030: [
    [0xa3a0, "\ue5e5"],
    [0xa6d9, "\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793"],
    [0xa6ec, "\ue794\ue795"],
    [0xa6f3, "\ue796"],
    [0xfe59, "\ue81e"],
    [0xfe61, "\ue826"],
    [0xfe66, "\ue82b\ue82c"],
    [0xfe6d, "\ue832"],
    [0xfe7e, "\ue843"],
    [0xfe90, "\ue854"],
    [0xfea0, "\ue864"],
  ],
  ujis: [[0x8fa2b7, "~"]],
}

/** Half-width kana of Shift JIS, which take one byte. */
const FIRST_KANA = 0xff61
const PRIVATE_USE = 0xe000
/** Rows of 94 characters that EUC leaves to its users, in each of its two planes. */
const PRIVATE_ROWS = { from: 0xf5, to: 0xfe } as const

/** The tables of a character set that MySQL shares with `TextDecoder`, with what MySQL reads otherwise; `undefined` for others. */
export function createMultiByteTables(name: CharsetName): MultiByteTables | undefined {
  const label = LABELS[name]
  if (label === undefined) return undefined
  const decoder = new TextDecoder(label)
  const [theirs, ours] = VARIANTS[name] ?? ["", ""]
  const charOf = (bytes: Uint8Array): number => {
    const text = decoder.decode(bytes)
    if (text.length !== 1 || text === "\ufffd") return 0
    const at = theirs.indexOf(text)
    return (at < 0 ? text : ours).charCodeAt(Math.max(at, 0))
  }
  const singles = new Uint16Array(256)
  const pairs = new Uint16Array(0x1_0000)
  const triples = new Uint16Array(0x1_0000)
  const isEuc = label === "euc-jp"
  if (label === "shift_jis")
    for (let byte = 0xa1; byte <= 0xdf; byte++) singles[byte] = FIRST_KANA + byte - 0xa1
  for (let pair = 0x8000; pair < 0x1_0000; pair++) {
    if ((pair & 0xff) < 0x40) continue
    if (singles[pair >> 8] === 0) pairs[pair] = charOf(Uint8Array.of(pair >> 8, pair & 0xff))
    if (isEuc && pair >= 0xa1a1) triples[pair] = charOf(Uint8Array.of(0x8f, pair >> 8, pair & 0xff))
  }
  if (isEuc) [pairs, triples].reduce(fillPrivateRows, PRIVATE_USE)
  for (const [first, text] of OWN[name] ?? [])
    for (let index = 0; index < text.length; index++)
      (first > 0xffff ? triples : pairs)[(first & 0xffff) + index] = text.charCodeAt(index)
  return {
    singles,
    pairs,
    ...(isEuc ? { triples } : {}),
    ...(label === "gb18030" ? { four: (bytes: Uint8Array) => decoder.decode(bytes) } : {}),
  }
}

function fillPrivateRows(first: number, table: Uint16Array): number {
  let code = first
  for (let row: number = PRIVATE_ROWS.from; row <= PRIVATE_ROWS.to; row++)
    for (let cell = 0xa1; cell <= 0xfe; cell++) table[row * 256 + cell] = code++
  return code
}
