import { createPrivateKey, X509Certificate } from "node:crypto"
import { expect, test } from "vitest"
import { createServerCertificate } from "./server-certificate.ts"

test("the certificate is for its hosts, by its authority, with its key", () => {
  const { ca, certificate, key } = createServerCertificate(["127.0.0.1", "db.example"])
  const authority = new X509Certificate(ca)
  const server = new X509Certificate(certificate)
  expect(authority.ca).toBe(true)
  expect(authority.verify(authority.publicKey)).toBe(true)
  expect(server.verify(authority.publicKey)).toBe(true)
  expect(server.checkIssued(authority)).toBe(true)
  expect(server.checkPrivateKey(createPrivateKey(key))).toBe(true)
  expect(server.checkIP("127.0.0.1")).toBe("127.0.0.1")
  expect(server.checkHost("db.example")).toBe("db.example")
  expect(server.checkHost("other.example")).toBe(undefined)
})
