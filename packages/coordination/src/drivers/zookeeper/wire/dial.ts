import { isIP, connect as connectTcp, type Socket } from "node:net"
import { connect as connectTls, type SecureContextOptions } from "node:tls"
import { CoordinationError } from "../../../coordinator.ts"
import { type Address, formatAddress } from "../addresses.ts"

/** Connects. @throws CoordinationError `REFUSED` for a certificate that is not trusted, else `UNAVAILABLE`; the signal's reason */
export async function dial(
  address: Address,
  tls: SecureContextOptions | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted()
  const { name, host, port } = address
  const place = formatAddress(address)
  const socket =
    tls === undefined
      ? connectTcp({ host, port })
      : connectTls({ ...tls, host, port, ...(isIP(name) === 0 ? { servername: name } : {}) })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const failed = (error: Error): void => reject(failureOf(error, place))
  const closed = (): void => reject(new CoordinationError("UNAVAILABLE", `${place} closed the connection`))
  const aborted = (): void => reject(signal.reason)
  socket.once(tls === undefined ? "connect" : "secureConnect", resolve)
  // Stays: an error that comes while the socket is given up has nobody else to go to.
  socket.on("error", failed)
  socket.once("close", closed)
  signal.addEventListener("abort", aborted, { once: true })
  try {
    await promise
    socket.setNoDelay(true)
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    socket.off("close", closed)
    signal.removeEventListener("abort", aborted)
  }
}

function failureOf(error: Error, place: string): CoordinationError {
  const code = "code" in error ? String(error.code) : ""
  const isUntrusted = /CERT|VERIFY|ALTNAME/.test(code)
  const message = isUntrusted
    ? `the certificate of ${place} is not trusted: ${error.message}`
    : `${place}: ${error.message}`
  return new CoordinationError(isUntrusted ? "REFUSED" : "UNAVAILABLE", message, { cause: error })
}
