import { networkInterfaces } from "node:os"

/** By which a server or client is named where nothing else is said: its first IPv4 address that is no loopback, or else 127.0.0.1, as in Canal. */
export function hostAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return addresses.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1"
}
