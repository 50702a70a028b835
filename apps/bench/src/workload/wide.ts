import { bulkWorkload } from "./bulk.ts"
import {
  bits,
  bytes,
  date,
  datetime,
  decimal,
  double,
  enumeration,
  float,
  integer,
  json,
  labelSet,
  nullable,
  text,
  time,
  timestamp,
  year,
} from "./column.ts"
import type { Workload } from "./workload.ts"

/** Nineteen columns of as many types. */
export const wide: Workload = bulkWorkload({
  name: "wide",
  columns: [
    integer("id", "BIGINT UNSIGNED NOT NULL", 1n, 2n ** 63n),
    integer("quantity", "INT UNSIGNED NOT NULL", 0n, 4_294_967_295n),
    text("name", "VARCHAR(60) NOT NULL", 4, 30),
    nullable(text("email", "VARCHAR(255)", 10, 40)),
    integer("level", "TINYINT UNSIGNED NOT NULL", 0n, 255n),
    nullable(decimal("price", 18, 4)),
    double("score"),
    nullable(float("weight")),
    nullable(date("born")),
    datetime("created", 3),
    nullable(timestamp("changed", 0)),
    nullable(time("duration", 6)),
    nullable(year("model")),
    labelSet("options", ["red", "green", "blue", "größe"]),
    nullable(enumeration("state", ["new", "paid", "sent", "zurück", "lost"])),
    nullable(text("note", "TEXT", 20, 180)),
    nullable(bytes("picture", "BLOB", 0, 64)),
    nullable(json("document")),
    nullable(bits("flags", 12)),
  ],
})
