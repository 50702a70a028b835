export type { EncodedEntry } from "./encode/encoded-entry.ts"
export { createEncoder } from "./encode/encoder.ts"
export type { Encoder, EncoderOptions } from "./encode/encoder.ts"
