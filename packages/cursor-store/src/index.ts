export type { Cursor, SourceAddress, Subscription } from "./cursor.ts"
export { CursorStoreError } from "./cursor-store.ts"
export type { CursorStore, CursorStoreErrorCode } from "./cursor-store.ts"
