import {
  castGrpcError,
  EtcdAuthenticationFailedError,
  EtcdInvalidAuthTokenError,
  EtcdLeaseInvalidError,
  EtcdPermissionDeniedError,
  GRPCFailedPreconditionError,
  GRPCInvalidArgumentError,
  GRPCUnauthenticatedError,
} from "etcd3"
import { CoordinationError } from "../../coordinator.ts"

const REFUSALS = [
  EtcdAuthenticationFailedError,
  EtcdPermissionDeniedError,
  GRPCUnauthenticatedError,
  // A password where etcd asks for none, and none where it does.
  GRPCFailedPreconditionError,
  GRPCInvalidArgumentError,
]

/** Said by etcd, and by its gRPC for what is larger still. */
const TOO_LARGE = /request is too large|message larger than max/

/** What a failed call means. Whatever is no refusal may go away by itself. */
export function failureOf(error: unknown, place: string): CoordinationError {
  if (error instanceof CoordinationError) return error
  const known = error instanceof Error ? castGrpcError(error) : new Error(String(error))
  const cause = { cause: known }
  const reason = known.message.replace(/^\w+: /, "")
  if (known instanceof EtcdLeaseInvalidError)
    return new CoordinationError("SESSION_LOST", `${place} has ended the session`, cause)
  if (TOO_LARGE.test(reason)) {
    const message = `${place} refuses: ${reason}; write less, or raise its --max-request-bytes`
    return new CoordinationError("REFUSED", message, cause)
  }
  const isOldLogin = known instanceof EtcdInvalidAuthTokenError || reason.includes("auth store is old")
  if (!isOldLogin && REFUSALS.some((each) => known instanceof each)) {
    const message = `${place} refuses: ${reason}; check user, password and the role's permissions`
    return new CoordinationError("REFUSED", message, cause)
  }
  return new CoordinationError("UNAVAILABLE", `${place} does not answer: ${reason}`, cause)
}
