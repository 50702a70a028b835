import { AckErrorCode, encodeAck, ProtocolError } from "@canal/protocol"
import { ServerError, type ServerErrorCode } from "../errors.ts"
import { ClientIdError } from "./client-id.ts"

const SERVER_EXCEPTION = "com.alibaba.otter.canal.server.exception.CanalServerException"
const META_EXCEPTION = "com.alibaba.otter.canal.meta.exception.CanalMetaManagerException"

const EXCEPTIONS: Readonly<Partial<Record<ServerErrorCode, string>>> = {
  BATCH_OUT_OF_ORDER: META_EXCEPTION,
}

/** The channel of an answer as Java prints it. */
export interface ChannelName {
  /** 32 bits that tell connections apart. */
  readonly id: number
  readonly remote: string
  readonly local: string
}

/** The answer to a request that failed: code 400 and Canal's text, by which clients tell what it was. */
export function errorAnswer(error: unknown, channel: ChannelName): Buffer {
  const id = channel.id.toString(16).padStart(8, "0")
  const where = `[id: 0x${id}, /${channel.remote} => /${channel.local}]`
  const message = error instanceof Error ? error.message : String(error)
  return encodeAck({
    errorCode: AckErrorCode.FAILED,
    errorMessage: `something goes wrong with channel:${where}, exception=${exceptionOf(error)}: ${message}\n`,
  })
}

function exceptionOf(error: unknown): string {
  if (error instanceof ClientIdError) return "java.lang.NumberFormatException"
  if (error instanceof ProtocolError) return "com.google.protobuf.InvalidProtocolBufferException"
  if (error instanceof ServerError) return EXCEPTIONS[error.code] ?? SERVER_EXCEPTION
  return SERVER_EXCEPTION
}
