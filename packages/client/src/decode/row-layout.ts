/*
 * What the row reader in WebAssembly and the code around it have in common: plain numbers, so that both compilers take
 * this file. All numbers in memory are 32 bits, least significant byte first, where nothing else is said.
 */

/** The shape of an image: this, then for each column the forms in which it has come, one behind the other. */
export const SHAPE_COLUMNS = 0
export const SHAPE_FORMS = 16
/** In how many forms a column may come; Canal has three. */
export const MOST_FORMS = 4

/**
 * A form of a column: the lengths of its head, the fields 1 to 6, and of its back, field 10; the sqlType that the head says, and
 * how values are read with it; how many bytes this form takes, and how many it and the column's others behind it.
 */
export const FORM_HEAD_LENGTH = 0
export const FORM_BACK_LENGTH = 4
export const FORM_SQL_TYPE = 8
export const FORM_READS = 12
export const FORM_LENGTH = 16
export const FORM_REST = 20
/**
 * Then vectors of sixteen bytes: the first and the last bytes of the head, and the last ones of the back. Behind each of them
 * is its mask, the bits in which a column is like it: the values of the fields 5 and 6 may be 0 or 1, and where there are fewer
 * bytes, anything may stand behind the first and before the last ones.
 */
export const FORM_FIRST = 32
export const FORM_LAST = 64
export const FORM_BACK = 96
/**
 * Then the other bytes, in vectors without masks: those of the head from its end to its beginning, those of the back from its
 * beginning to its end. The last vector of each may have some bytes that others have, too.
 */
export const FORM_MORE = 128

/** How the text of a value is read: it is left to JavaScript, */
export const READS_FOREIGN = 0
/** or is a whole number, */
export const READS_INTEGER = 1
/** or a decimal one, */
export const READS_DOUBLE = 2
/** or text, */
export const READS_TEXT = 3
/** or bytes as characters of the same numbers, */
export const READS_BYTES = 4
/** or the number of a label, */
export const READS_LABEL = 5
/** or JSON. */
export const READS_JSON = 6

/**
 * Rows that were read, all of the same shapes: where the next one begins, then where the texts of each row end in PIECES,
 * counted from its beginning.
 */
export const ROWS_NEXT = 0
export const ROWS_TEXTS = 4

/**
 * What was found of a column, in a slot. The slots of a row's first image come first, then those of that after an update.
 * Either a number of 64 or 32 bits, or where its text begins and ends; in a byte, what it is, one of the kinds below; in a byte,
 * whether the event changed it; in 16 bits, its sqlType, where JavaScript reads it; and where the column begins, behind its
 * tag.
 */
export const SLOT_SIZE = 16
export const SLOT_NUMBER = 0
export const SLOT_START = 0
export const SLOT_END = 4
export const SLOT_KIND = 8
export const SLOT_UPDATED = 9
export const SLOT_SQL_TYPE = 10
export const SLOT_BEGIN = 12

/** Rows are read together until they have so many slots, or more characters of short texts, or bytes of tokens. */
export const SLOTS_TOGETHER = 1024
export const TEXTS_TOGETHER = 8192
export const TOKENS_TOGETHER = 16384

/** So many characters of a row's short texts lie in PIECES, a byte each; other texts have places of their own. */
export const PIECE_ROOM = 512

/** Kinds of values: of columns, and in the tokens of JSON. */
export const KIND_NULL = 0
/** A number; a whole one of 32 bits, which the engine need not look at to know it is one. */
export const KIND_NUMBER = 1
export const KIND_INTEGER = 16
/** A whole number of 64 bits that no number holds; the same below zero. */
export const KIND_BIG = 2
export const KIND_NEGATIVE_BIG = 3
/** Text between two places, a byte a character, or two, least significant first, at an even place. */
export const KIND_LATIN1 = 4
export const KIND_UTF16 = 5
/** Text that is left in UTF-8, as it lies. */
export const KIND_UTF8 = 15
/** Bytes between two places. */
export const KIND_BYTES = 6
/** The number of a label. */
export const KIND_LABEL = 7
/** What JavaScript reads between two places. */
export const KIND_FOREIGN = 8
/** JSON: the number of its token. */
export const KIND_JSON = 9
/** Only in JSON: true and false; */
export const KIND_TRUE = 10
export const KIND_FALSE = 11
/** an array of as many elements as the token's start says, */
export const KIND_ARRAY = 12
/** an object whose shape is the one with the number that the token's start says. */
export const KIND_OBJECT = 13
/** Text between two characters of PIECES. */
export const KIND_SLICE = 14
/** Beside the kind: the column is that of the image before, byte for byte. */
export const KIND_REPEATED = 32

/**
 * A token of JSON: its kind; its start and end, or its number at the end's place. The tokens of what is in an object or
 * array lie side by side: its end is the number of the first one, which is its address divided by the size of tokens.
 */
export const TOKEN_SIZE = 16
export const TOKEN_KIND = 0
export const TOKEN_START = 4
export const TOKEN_END = 8

/**
 * A key of JSON behind others: address and length of what came of a text from the quote before it to the value behind it; the
 * number of its shape; the next one behind the same others, and the first one behind it, by their addresses or 0.
 */
export const KEY_SIZE = 20
export const KEY_BYTES = 0
export const KEY_LENGTH = 4
export const KEY_SHAPE = 8
export const KEY_NEXT = 12
export const KEY_FIRST = 16

/** Images of more columns are left to JavaScript: MySQL's own limit. */
export const MOST_COLUMNS = 4096
/** Room for shapes; for the rows of an entry; and for the texts that are made of them, up to three times as long. */
export const SHAPES_ROOM = 4194304
export const INPUT_ROOM = 1048576
export const TEXTS_ROOM = 3145728
/** Room for the keys of JSON, and for tokens. */
export const KEYS_ROOM = 1048576
export const TOKENS_ROOM = 1048576

/** Powers of ten as `scaled` knows them: from the exponent -MOST_EXPONENT on, the nearest number and what it lacks. */
export const MOST_EXPONENT = 80
