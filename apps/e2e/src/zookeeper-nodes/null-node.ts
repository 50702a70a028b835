import { once } from "node:events"
import { connect } from "node:net"
import type { Address } from "@canal/testbed"

const CREATE = 1
const ALL_RIGHTS = 31
const PERSISTENT = 0

/**
 * Creates a persistent node that has no data at all, which is not the same as none of its bytes: as Java does with `null`,
 * and the npm package `zookeeper` cannot. Speaks ZooKeeper's own protocol for that.
 */
export async function createNullNode({ host, port }: Address, path: string): Promise<void> {
  const socket = connect({ host, port })
  const stream: AsyncIterable<Buffer> = socket
  const chunks = stream[Symbol.asyncIterator]()
  const begin = [int32(0), int64(0), int32(10_000), int64(0), int32(16), Buffer.alloc(16), Buffer.from([0])]
  const acl = [int32(1), int32(ALL_RIGHTS), text("world"), text("anyone")]
  const create = [int32(1), int32(CREATE), text(path), int32(-1), ...acl, int32(PERSISTENT)]
  try {
    await once(socket, "connect")
    await answer(begin)
    // After the number of the request and of the transaction comes what went wrong.
    const code = (await answer(create)).readInt32BE(12)
    if (code !== 0) throw new Error(`create ${path}: ZooKeeper answers ${code}`)
  } finally {
    socket.destroy()
  }

  async function answer(request: readonly Buffer[]): Promise<Buffer> {
    const body = Buffer.concat(request)
    socket.write(Buffer.concat([int32(body.length), body]))
    let bytes = Buffer.alloc(0)
    while (bytes.length < 4 || bytes.length < 4 + bytes.readInt32BE(0)) {
      const chunk = await chunks.next()
      if (chunk.done === true) throw new Error("ZooKeeper has closed the connection")
      bytes = Buffer.concat([bytes, chunk.value])
    }
    return bytes.subarray(4)
  }
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([int32(bytes.length), bytes])
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}
