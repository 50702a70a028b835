/** Moves and flushes a cursor as fast as it can and tells its parent each offset that is durable. Ends when killed. */
import { openFileCursorStore } from "../file.ts"
import { cursorAt } from "./cursor-store-contract.ts"

const [directory = "", first = "0"] = process.argv.slice(2)
const store = await openFileCursorStore({ directory, destination: "example" })
await store.subscribe({ clientId: 1001, filter: "" })
for (let offset = Number(first) + 1; process.connected; offset += 1) {
  store.move(1001, cursorAt(offset))
  await store.flush()
  process.send?.(offset)
}
