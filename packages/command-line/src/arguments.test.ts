import { expect, test } from "vitest"
import { z } from "zod"
import { type Command, flag, operands, option, options, readArguments, UsageError } from "./arguments.ts"
import { helpText } from "./help.ts"

const command = {
  name: "canal-test",
  summary: "Tests.",
  usage: ["canal-test watch --port N"],
  words: ["watch"],
  options: z.object({
    port: option(z.coerce.number("is not a number").int().min(1).default(11111), "N", "the port"),
    secret: option(z.string("is missing"), "TEXT", "a secret", "TEST_SECRET"),
    table: options(z.array(z.string().min(2, "is too short")).default([]), "NAME", "a table", "TEST_TABLE"),
    loud: flag("says more"),
  }),
  examples: [{ line: "canal-test watch", does: "watches" }],
  notes: [],
} satisfies Command

test("options, defaults and the environment", () => {
  expect(readArguments(command, ["watch", "--port", "7", "--loud"], { TEST_SECRET: "s" })).toEqual({
    port: 7,
    secret: "s",
    table: [],
    loud: true,
  })
  expect(readArguments(command, ["watch", "--secret=x"], {})).toEqual({
    port: 11111,
    secret: "x",
    table: [],
    loud: false,
  })
  expect(readArguments(command, ["--help"], {})).toBe("help")
})

function tables(argv: readonly string[], environment = {}): readonly string[] | undefined {
  const read = readArguments(command, ["watch", "--secret=x", ...argv], environment)
  return read === "help" ? undefined : read.table
}

test("an option that may come several times is a list, also of one", () => {
  expect(tables(["--table", "one", "--table=two"], { TEST_TABLE: "three" })).toEqual(["one", "two"])
  expect(tables([], { TEST_TABLE: "three" })).toEqual(["three"])
  expect(() => tables(["--table", "one", "--table", "x"])).toThrow("--table NAME: is too short")
})

test.each([
  [
    ["watch", "--prot", "7"],
    "--prot is not an option of canal-test; did you mean --port? (--help lists all)",
  ],
  [["watch", "--zzzzzzzz"], "--zzzzzzzz is not an option of canal-test; see --help"],
  [["watch", "--port"], "--port needs a value: --port N"],
  [["watch", "--port", "--loud"], "--port needs a value: --port N"],
  [["watch", "--loud=yes"], '--loud takes no value; leave "yes" away'],
  [["watch", "--port", "1", "--port", "2"], "--port is given twice; give it once"],
  [["watch", "--port", "x", "--secret", "s"], "--port N: is not a number"],
  [["watch"], "--secret (or TEST_SECRET) TEXT: is missing"],
  [["--secret", "s"], "expected canal-test watch --port N, but got no word (see --help)"],
  [["look", "--secret", "s"], 'expected canal-test watch --port N, but got "look" (see --help)'],
])("%j is told in one line", (argv, message) => {
  expect(() => readArguments(command, argv, {})).toThrow(new UsageError(message))
})

test("the help names every option with its variable", () => {
  const help = helpText(command)
  expect(help).toContain("--port N")
  expect(help).toContain("a secret (or TEST_SECRET)")
  expect(help).toContain("Exit codes: 0 done")
})

test("operands are the words beside the options", () => {
  const files = {
    ...command,
    usage: ["canal-test FILE…"],
    words: [],
    options: z.object({
      files: operands(z.array(z.string()).min(1).default([]), "FILE…", "the files"),
      loud: flag("says more"),
    }),
  } satisfies Command
  expect(readArguments(files, ["a", "--loud", "b"], {})).toEqual({ files: ["a", "b"], loud: true })
  expect(readArguments(files, [], {})).toEqual({ files: [], loud: false })
  expect(() => readArguments(files, ["--files", "a"], {})).toThrow(
    new UsageError("--files is not an option of canal-test; see --help"),
  )
  expect(helpText(files)).toMatch(/^ {2}FILE… +the files$/m)
})
