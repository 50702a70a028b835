// Loaded before a subject: takes every @canal package from the repository that BENCH_ROOT names, so that the same
// subject measures the packages of another commit.
import { registerHooks } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const root = process.env["BENCH_ROOT"] ?? ""

registerHooks({
  resolve(specifier, context, next) {
    const [, name, door] = /^@canal\/([\w-]+)(?:\/(.+))?$/.exec(specifier) ?? []
    // Inside that repository its own links lead where they should.
    if (name === undefined || context.parentURL?.startsWith(pathToFileURL(root).href) === true)
      return next(specifier, context)
    const anchor = pathToFileURL(join(root, "packages", name, "package.json")).href
    return next(door === undefined ? `@canal/${name}` : `@canal/${name}/${door}`, {
      ...context,
      parentURL: anchor,
    })
  },
})
