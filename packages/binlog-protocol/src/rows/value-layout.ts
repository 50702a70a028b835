/*
 * What the reader of values in WebAssembly and the code around it have in common: plain numbers, so that both compilers
 * take this file. All numbers in memory are 32 bits, least significant byte first, where nothing else is said.
 */

/** The description of images that hold the same columns: these, then a record for each column that they hold. */
export const IMAGE_COLUMNS = 0
/** Bytes of the NULL bits. */
export const IMAGE_NULL_BYTES = 4
export const IMAGE_RECORDS = 8

/** The record of a column: one of the ways below to read its values; */
export const RECORD_SIZE = 20
export const RECORD_READS = 0
/** digits of the fraction, or precision and scale (precision << 8 | scale); */
export const RECORD_DIGITS = 4
/** bytes of the length in front of a value, and a one for each of their bits; bytes of a value that has no length in front. */
export const RECORD_PREFIX = 8
export const RECORD_LENGTH_BITS = 12
export const RECORD_WIDTH = 16

/** How values are read: they are left to JavaScript, */
export const READS_FOREIGN = 0
/** or become a number of 32 bits: whole numbers of up to four bytes, least significant first, with sign or without; a year; */
export const READS_INT32 = 1
export const READS_UINT32 = 2
export const READS_YEAR = 3
/** or one of 64 bits with a point; */
export const READS_FLOAT = 4
export const READS_DOUBLE = 5
/** or the same, unless it is too large: whole numbers of eight bytes; of any, most significant first; */
export const READS_INT64 = 6
export const READS_UINT64 = 7
export const READS_BITS = 8
/** or documents, of binary JSON, the small containers of known shapes with common values in them; */
export const READS_JSON = 9
/** or become text; of texts that are stored, those of ASCII, which is what their character set has below 0x80. */
export const READS_TEXT = 10
export const READS_DECIMAL = 11
export const READS_DATE = 12
export const READS_DATETIME = 13
export const READS_TIMESTAMP = 14
export const READS_TIME = 15

/** What was found: where the next row begins, and how many characters the piece has. */
export const FOUND_NEXT = 0
export const FOUND_CHARACTERS = 4

/**
 * The slot of a column: a byte in KINDS, one of these, and eight in SLOTS, a number or where something begins and ends. The
 * slots of a row's first image come first, then those of the image after an update.
 */
export const KIND_NULL = 0
/** A number, as the column is read. */
export const KIND_NUMBER = 1
/** A whole number of 64 bits that no number holds. */
export const KIND_BIG = 2
/** Text between two characters of the piece. */
export const KIND_SLICE = 3
/** What JavaScript reads between two addresses. */
export const KIND_FOREIGN = 4
/** The value is that of the image before, byte for byte. Only of columns that become text. */
export const KIND_REPEATED = 5

/** An object whose shape has this number and whose members' slots begin there; an array of so many elements, the same. */
export const KIND_OBJECT = 6
export const KIND_ARRAY = 7
/** Only in documents: true and false, and a whole number of 32 bits with sign. */
export const KIND_TRUE = 8
export const KIND_FALSE = 9
export const KIND_INTEGER = 10

/** The short texts of rows that are read together lie one behind the other, a byte a character: so many at most. */
export const PIECE_LENGTH = 1024
/** Rows are read together until they have so many slots. */
export const SLOTS_TOGETHER = 1024

/** Images of more columns are left to JavaScript. */
export const MOST_COLUMNS = 256
/**
 * The first slot of values in documents, behind all columns, and how many there are. Members and elements of one container have
 * slots side by side. Rows are read together until so many are taken.
 */
export const JSON_SLOT = 1536
export const JSON_SLOTS = 8192
export const JSON_TOGETHER = 2048

/**
 * The shapes of objects that are known, by `Shape.slot`: how many keys they have, and how many bytes their texts; the entries of
 * the keys, and behind them the texts.
 */
export const SHAPES_KNOWN = 256
export const SHAPE_SIZE = 512
export const SHAPE_COUNT = 0
export const SHAPE_LENGTH = 4
export const SHAPE_ENTRIES = 8
/** In place of the number of a shape: there are no keys. */
export const NO_KEYS = 256

/** Room for the descriptions of some hundred images; and for rows. */
export const IMAGES_ROOM = 131072
export const ROWS_ROOM = 131072
