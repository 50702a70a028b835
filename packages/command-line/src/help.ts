import { styleText } from "node:util"
import { type Command, describedOptions } from "./arguments.ts"

/** A command's help, for a terminal or a pipe of any width. */
export function helpText(command: Command): string {
  const described = [...describedOptions(command)]
  const names = described.map(([name, { value, operands }]) =>
    operands ? `  ${value}` : `  --${name}${value === undefined ? "" : ` ${value}`}`,
  )
  const width = Math.min(30, Math.max(...names.map((name) => name.length)) + 2)
  const options = described.map(([, { help, environment }], i) => {
    const name = names[i] ?? ""
    const text = environment === undefined ? help : `${help} (or ${environment})`
    const lines = wrapped(text, 100 - width)
    const first =
      name.length < width
        ? `${name.padEnd(width)}${lines[0] ?? ""}`
        : `${name}\n${" ".repeat(width)}${lines[0] ?? ""}`
    return [first, ...lines.slice(1).map((line) => " ".repeat(width) + line)].join("\n")
  })
  return (
    [
      command.summary,
      `${heading("Usage")}\n${command.usage.map((line) => `  ${line}`).join("\n")}`,
      `${heading("Options")}\n${options.join("\n")}\n${"  --help".padEnd(width)}this text`,
      `${heading("Examples")}\n${command.examples.map(({ line, does }) => `  ${line}\n      ${does}`).join("\n")}`,
      ...command.notes.map((note) => wrapped(note, 100).join("\n")),
      "Exit codes: 0 done, 1 failed while running, 2 bad usage or configuration.",
      "",
    ]
      .join("\n\n")
      .trimEnd() + "\n"
  )
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ""
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === "" ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

function heading(text: string): string {
  return styleText("bold", text, { stream: process.stdout })
}
