import { bulkWorkload } from "./bulk.ts"
import { integer, text } from "./column.ts"
import type { Workload } from "./workload.ts"

/** Four columns: what one event and one value cost in bulk. */
export const narrow: Workload = bulkWorkload({
  name: "narrow",
  columns: [
    integer("id", "INT NOT NULL", 1n, 2_147_483_647n),
    integer("k", "INT NOT NULL", -2_147_483_648n, 2_147_483_647n),
    text("c", "CHAR(120) NOT NULL", 60, 120),
    text("pad", "CHAR(60) NOT NULL", 30, 60),
  ],
})
