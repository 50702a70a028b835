import { subscribe } from "node:diagnostics_channel"
import { oneLine } from "@canal/command-line"
import { type Logger, pino } from "pino"
import pretty from "pino-pretty"
import { z } from "zod"

/** What every package of ours publishes: a line for the person who runs the server. */
const noticeSchema = z.object({
  level: z.enum(["debug", "info", "warning", "error"]),
  message: z.string(),
})

/** The channels that the packages of a server publish on. */
const CHANNELS = ["canal:parser", "canal:cursor-store", "canal:coordination", "canal:server"]

/** A log of lines for people on standard error: coloured on a terminal, plain in a pipe. */
export function createLog(level: string): Logger {
  const stream = pretty({
    destination: 2,
    sync: true,
    colorize: process.stderr.isTTY && process.env["NO_COLOR"] === undefined,
    translateTime: "SYS:yyyy-mm-dd HH:MM:ss.l",
    ignore: "pid,hostname",
    singleLine: true,
  })
  return pino({ level }, stream)
}

/** Writes the notices of all packages to the log. */
export function logNotices(log: Logger): void {
  for (const channel of CHANNELS) {
    subscribe(channel, (published) => {
      const notice = noticeSchema.safeParse(published)
      if (!notice.success) return
      const { level, message } = notice.data
      log[level === "warning" ? "warn" : level](oneLine(message))
    })
  }
}
