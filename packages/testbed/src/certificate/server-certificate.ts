import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto"
import { isIPv4 } from "node:net"
import { der } from "./der.ts"

/** A server's key and certificate with the authority that signed it, all as PEM. */
export interface ServerCertificate {
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

const DAY_MS = 86_400_000
const ECDSA_WITH_SHA256 = der.sequence(der.objectId("1.2.840.10045.4.3.2"))
const COMMON_NAME = "2.5.4.3"
const BASIC_CONSTRAINTS = "2.5.29.19"
const SUBJECT_ALT_NAME = "2.5.29.17"

/** Makes an authority of its own and a certificate for these host names and IPv4 addresses, good for a day (X.509 v3, RFC 5280). */
export function createServerCertificate(
  hosts: readonly string[] = ["127.0.0.1", "localhost"],
): ServerCertificate {
  const authority = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const server = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const issuer = "canal testbed authority"
  const isAuthority = extension(BASIC_CONSTRAINTS, der.sequence(der.true()))
  const forHosts = extension(SUBJECT_ALT_NAME, der.sequence(...hosts.map(alternativeName)))
  return {
    ca: signed(issuer, issuer, authority.publicKey, isAuthority, authority.privateKey),
    certificate: signed(issuer, "canal testbed server", server.publicKey, forHosts, authority.privateKey),
    key: server.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  }
}

function signed(
  issuer: string,
  subject: string,
  publicKey: KeyObject,
  extensions: Uint8Array,
  signer: KeyObject,
): string {
  const now = Date.now()
  const content = der.sequence(
    der.explicit(0, der.integer(Buffer.from([2]))),
    der.integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ECDSA_WITH_SHA256,
    name(issuer),
    der.sequence(der.time(new Date(now - DAY_MS)), der.time(new Date(now + DAY_MS))),
    name(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der.explicit(3, der.sequence(extensions)),
  )
  const certificate = der.sequence(content, ECDSA_WITH_SHA256, der.bits(sign("sha256", content, signer)))
  const lines = certificate.toString("base64").replaceAll(/.{64}/g, "$&\n")
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

function name(commonName: string): Buffer {
  return der.sequence(der.set(der.sequence(der.objectId(COMMON_NAME), der.text(commonName))))
}

function extension(id: string, value: Uint8Array): Buffer {
  return der.sequence(der.objectId(id), der.true(), der.octets(value))
}

/** GeneralName: 2 is a DNS name, 7 an address. */
function alternativeName(host: string): Buffer {
  return isIPv4(host)
    ? der.implicit(7, Buffer.from(host.split(".").map(Number)))
    : der.implicit(2, Buffer.from(host))
}
