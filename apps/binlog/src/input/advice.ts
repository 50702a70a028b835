import type { BinlogError } from "@canal/binlog-protocol"

/** What to do about an error, where its message does not say it; a part of a sentence. */
export function adviceFor({ code, message }: BinlogError): string {
  switch (code) {
    case "CHECKSUM_MISMATCH":
      return "; take the file from its server again, or go on behind the damage with --start FILE:POS"
    case "TRUNCATED":
      return message.includes("ends within") ? "; what came before it is whole" : ""
    case "MALFORMED":
      return message.includes("no binlog")
        ? "; give a binlog or relay log file"
        : message.includes("encrypted")
          ? ""
          : "; take the file from its server again, or go on behind it with --start FILE:POS"
    default:
      return ""
  }
}
