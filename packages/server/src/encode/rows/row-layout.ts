/*
 * What the row writer in WebAssembly and the code around it have in common: plain numbers, so that both compilers take
 * this file. All numbers in memory are 32 bits, least significant byte first, where nothing else is said.
 */

/** A table: these, then a record for each column, then the bytes that the records point to. */
export const TABLE_COLUMNS = 0
/** Bytes the length of the last row took: the guess for the next. */
export const TABLE_LENGTH_WIDTH = 4
export const TABLE_RECORDS = 8

/** The record of a column. Offsets of bytes count from the beginning of the table. */
export const RECORD_SIZE = 64
/** One of the kinds below: how its values become text. */
export const RECORD_KIND = 0
/** `ColumnCodec.width`. */
export const RECORD_WIDTH = 4
/** Digits of the fraction, or precision and scale (precision << 8 | scale). */
export const RECORD_DIGITS = 8
/** What stands between the field's length and the value's: fields 1 to 6, the tag of field 8. */
export const RECORD_FRONT = 12
export const RECORD_FRONT_LENGTH = 16
/** The same for a value whose highest bit is set; no length where there is no difference. */
export const RECORD_PROMOTED = 20
export const RECORD_PROMOTED_LENGTH = 24
/** What stands behind the value: field 10. */
export const RECORD_BACK = 28
export const RECORD_BACK_LENGTH = 32
/** The whole field with NULL, with zero as its tag; and where its byte of `updated` lies. */
export const RECORD_NULL = 36
export const RECORD_NULL_LENGTH = 40
export const RECORD_NULL_UPDATED = 44
/** Bytes the two lengths of the last value took: the guess for the next. */
export const RECORD_FIELD_WIDTH = 48
export const RECORD_VALUE_WIDTH = 52

/** Kinds of text. JavaScript writes it: it is called back for each value. */
export const TEXT_FOREIGN = 0
/** A number of the value's width, least significant byte first, with sign. */
export const TEXT_SIGNED = 1
export const TEXT_UNSIGNED = 2
/** A number of the value's width, most significant byte first. */
export const TEXT_BITS = 3
export const TEXT_FLOAT = 4
export const TEXT_DOUBLE = 5
export const TEXT_DECIMAL = 6
export const TEXT_YEAR = 7
export const TEXT_DATE = 8
export const TEXT_DATETIME = 9
/** In UTC; in another time zone JavaScript is asked for its distance from UTC. */
export const TEXT_TIMESTAMP = 10
export const TEXT_ZONED_TIMESTAMP = 11
export const TEXT_TIME = 12
/** Bytes as they are. */
export const TEXT_UTF8 = 13
/** Characters of which those below U+0080 are one byte of that number; the others are left to JavaScript. */
export const TEXT_ASCII = 14
/** Bytes as the characters of the same numbers. */
export const TEXT_LATIN1 = 15
export const TEXT_JSON = 16

/** What of a rows event is there: images before, images after, or both. */
export const IMAGES_BEFORE = 1
export const IMAGES_AFTER = 2

/** Tables with more columns are left to JavaScript: MySQL's own limit. */
export const MOST_COLUMNS = 4096
/** Room for tables; for the rows of an event; and for what is made of them. */
export const TABLES_ROOM = 1048576
export const ROWS_ROOM = 1048576
export const FIELDS_ROOM = 8388608
