/**
 * The modules that a file names in `import` and `export … from`, static and dynamic. Our formatter puts each such
 * statement at the beginning of a line, which keeps those inside texts apart.
 */
export function importsOf(source: string): readonly string[] {
  const statement = /^(?:import|export)\b(?:[^"'`;]*?\bfrom)?\s*"([^"]+)"/gm
  const dynamic = /\bimport\(\s*"([^"]+)"\s*\)/g
  const withoutComments = source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "")
  return [statement, dynamic].flatMap((form) =>
    Array.from(withoutComments.matchAll(form), (match) => match[1] ?? ""),
  )
}
