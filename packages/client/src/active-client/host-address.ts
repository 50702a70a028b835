import { networkInterfaces } from "node:os"

/** The first IPv4 address of this machine by which others may know it, or else 127.0.0.1. */
export function hostAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return addresses.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1"
}
