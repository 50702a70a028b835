import { parseArgs } from "node:util"
import { z } from "zod"
import { nearest } from "./nearest.ts"

/** What a user is told about an option. */
export interface OptionDescription {
  /** How the value is called in the help, e.g. `HOST:PORT`; `undefined` for a flag. */
  readonly value: string | undefined
  readonly help: string
  /** An environment variable that is used where the option is not given. For secrets above all. */
  readonly environment: string | undefined
  /** Whether it may be given several times; its schema then reads a list of texts. */
  readonly several: boolean
  /** Whether it is given without a name: all words that stand beside the options, such as files. */
  readonly operands: boolean
}

/** A command as its user sees it. `Options` is a zod object of what `option` and `flag` returned. */
export interface Command<Options extends z.ZodObject = z.ZodObject> {
  readonly name: string
  readonly summary: string
  /** Lines such as `canal-server --source URL [options]`. */
  readonly usage: readonly string[]
  /** Words that must stand before the options, e.g. `watch`. */
  readonly words: readonly string[]
  readonly options: Options
  /** Whole examples, each with a line that says what it does. */
  readonly examples: readonly { readonly line: string; readonly does: string }[]
  /** What else a user should know, as paragraphs. */
  readonly notes: readonly string[]
}

/** The command was called wrongly: one line that says what and how to mend it. Ends the command with code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError"
}

const descriptions = z.registry<OptionDescription>()

/** An option with a value. The schema reads the text that was given, or `undefined` where nothing was. */
export function option<Schema extends z.ZodType>(
  schema: Schema,
  value: string,
  help: string,
  environment?: string,
): Schema {
  descriptions.add(schema, { value, help, environment, several: false, operands: false })
  return schema
}

/** An option that may be given several times. The schema reads a list of the texts, or `undefined` where none was given. */
export function options<Schema extends z.ZodType>(
  schema: Schema,
  value: string,
  help: string,
  environment?: string,
): Schema {
  descriptions.add(schema, { value, help, environment, several: true, operands: false })
  return schema
}

/** An option without a value: true where it is given. */
export function flag(help: string): z.ZodDefault<z.ZodBoolean> {
  return z.boolean().default(false).register(descriptions, {
    value: undefined,
    help,
    environment: undefined,
    several: false,
    operands: false,
  })
}

/** The words that stand beside the options, such as files: a list of texts, or `undefined` where there are none. */
export function operands<Schema extends z.ZodType>(schema: Schema, value: string, help: string): Schema {
  descriptions.add(schema, { value, help, environment: undefined, several: true, operands: true })
  return schema
}

/** The options of a command with their descriptions, in the order in which they were written. */
export function describedOptions(command: Command): ReadonlyMap<string, OptionDescription> {
  const described = new Map<string, OptionDescription>()
  for (const [name, schema] of Object.entries(command.options.shape)) {
    const description = schema instanceof z.ZodType ? descriptions.get(schema) : undefined
    if (description === undefined)
      throw new TypeError(`--${name} was not made by option(), flag() or operands()`)
    described.set(name, description)
  }
  return described
}

/**
 * Reads a command's arguments.
 * @returns the values, or `"help"` where help was asked for.
 * @throws UsageError naming the argument and the fix.
 */
export function readArguments<Options extends z.ZodObject>(
  command: Command<Options>,
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): z.infer<Options> | "help" {
  const described = describedOptions(command)
  const given = tokens(command, described, argv)
  if (given === "help") return "help"
  const values: Record<string, unknown> = {}
  for (const [name, { environment: variable, several }] of described) {
    const fromEnvironment = variable === undefined ? "" : (environment[variable] ?? "")
    const texts = given.get(name) ?? (fromEnvironment === "" ? undefined : [fromEnvironment])
    values[name] = several ? texts : texts?.[0]
  }
  const read = command.options.safeParse(values)
  if (!read.success) throw new UsageError(wrongValue(described, read.error, given))
  return read.data
}

function tokens(
  command: Command,
  described: ReadonlyMap<string, OptionDescription>,
  argv: readonly string[],
): ReadonlyMap<string, readonly (string | boolean)[]> | "help" {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      optionsAmong(described).map(([name, { value }]) => [
        name,
        { type: value === undefined ? ("boolean" as const) : ("string" as const) },
      ]),
    ),
  })
  const given = new Map<string, (string | boolean)[]>()
  const words: string[] = []
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value)
    if (token.kind !== "option") continue
    if (token.name === "help" || token.name === "h") return "help"
    const known = described.get(token.name)
    if (known === undefined || known.operands)
      throw new UsageError(unknownOption(command.name, described, token.rawName))
    const before = given.get(token.name) ?? []
    if (before.length > 0 && !known.several)
      throw new UsageError(`${token.rawName} is given twice; give it once`)
    if (known.value === undefined && token.value !== undefined) {
      throw new UsageError(`${token.rawName} takes no value; leave "${token.value}" away`)
    }
    if (
      known.value !== undefined &&
      (token.value === undefined || (!token.inlineValue && token.value.startsWith("--")))
    ) {
      throw new UsageError(`${token.rawName} needs a value: ${token.rawName} ${known.value}`)
    }
    given.set(token.name, [...before, token.value ?? true])
  }
  const operandName = [...described].find(([, { operands }]) => operands)?.[0]
  const beside = words.splice(operandName === undefined ? words.length : command.words.length)
  if (operandName !== undefined && beside.length > 0) given.set(operandName, beside)
  if (words.length !== command.words.length || words.some((word, i) => word !== command.words[i])) {
    throw new UsageError(
      `expected ${command.usage[0] ?? command.name}, but got ${words.length === 0 ? "no word" : `"${words.join(" ")}"`} (see --help)`,
    )
  }
  return given
}

/** What is given by a name of its own. */
function optionsAmong(
  described: ReadonlyMap<string, OptionDescription>,
): readonly (readonly [string, OptionDescription])[] {
  return [...described].filter(([, { operands }]) => !operands)
}

function unknownOption(
  command: string,
  described: ReadonlyMap<string, OptionDescription>,
  name: string,
): string {
  const known = [...optionsAmong(described).map(([name]) => name), "help"].map((each) => `--${each}`)
  const close = nearest(name, known)
  return `${name} is not an option of ${command}; ${close === undefined ? "see --help" : `did you mean ${close}? (--help lists all)`}`
}

function wrongValue(
  described: ReadonlyMap<string, OptionDescription>,
  error: z.ZodError,
  given: ReadonlyMap<string, unknown>,
): string {
  const issue = error.issues[0]
  const name = String(issue?.path[0] ?? "")
  const known = described.get(name)
  if (known?.operands === true) return `${known.value}: ${issue?.message ?? error.message}`
  const where =
    !given.has(name) && known?.environment !== undefined ? `--${name} (or ${known.environment})` : `--${name}`
  return `${where} ${known?.value ?? ""}: ${issue?.message ?? error.message}`.replace(" :", ":")
}
