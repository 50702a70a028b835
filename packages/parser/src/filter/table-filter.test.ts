import { describe, expect, it } from "vitest"
import { ParserError } from "../errors.ts"
import { splitPatterns } from "./patterns.ts"
import { tableFilter } from "./table-filter.ts"

describe("tableFilter", () => {
  it.each([
    [undefined, undefined, "a.b", true],
    ["", "", "a.b", true],
    [".*\\..*", undefined, "a.b", true],
    ["shop\\..*", undefined, "shop.order", true],
    ["shop\\..*", undefined, "SHOP.Order", true],
    ["SHOP\\.ORDER", undefined, "shop.order", true],
    ["shop\\..*", undefined, "myshop.order", false],
    ["shop\\.order", undefined, "shop.orders", false],
    ["shop\\.a|shop\\.b", undefined, "shop.abc", false],
    ["crm\\.a, shop\\..*", undefined, "shop.order", true],
    ["shop\\.t_\\d{1,3}", undefined, "shop.t_12", true],
    ["shop\\.t_\\d{1,3}", undefined, "shop.t_1234", false],
    ["shop\\.(a,b|c)", undefined, "shop.a,b", true],
    [undefined, "mysql\\.slave_.*", "mysql.slave_master_info", false],
    ["mysql\\..*", "mysql\\.slave_.*", "mysql.user", true],
    ["(?i)Shop\\.\\w+", undefined, "shop.a", true],
    ["\\Ashop\\.a\\Z", undefined, "shop.a", true],
  ])("include %s, exclude %s: %s is %s", (include, exclude, name, expected) => {
    const filter = tableFilter({
      ...(include === undefined ? {} : { include }),
      ...(exclude === undefined ? {} : { exclude }),
    })
    const [schema = "", table = ""] = name.split(".")
    expect(filter.accepts(schema, table)).toBe(expected)
  })

  it.each(["shop\\.(a", "a{2,1}", "*a", "a++", "[[:alpha:]]+"])("refuses %s", (include) => {
    expect(() => tableFilter({ include })).toThrow(ParserError)
    expect(() => tableFilter({ include })).toThrow(expect.objectContaining({ code: "INVALID_FILTER" }))
  })

  it("splits at commas outside brackets", () => {
    expect(splitPatterns("a{1,2},[,(],(b,c),d\\,e,,f")).toEqual(["a{1,2}", "[,(]", "(b,c)", "d\\,e", "f"])
  })
})
