import {
  Etcd3,
  EtcdInvalidAuthTokenError,
  type IAuthenticateRequest,
  type ICallable,
  type IOptions,
  KVClient,
  LeaseClient,
  WatchClient,
} from "etcd3"

/** Milliseconds for the exchange of a password for a token. */
const LOGIN_WITHIN = 5000

/** What the driver asks of a member. Each call is made once, at once, and over this client's own connection. */
export interface EtcdClient {
  readonly kv: KVClient
  readonly leases: LeaseClient
  readonly watches: WatchClient
  close(): void
}

/**
 * The library's own login never closes its connection, and shares it among clients, a broken one too: so the token is
 * fetched and sent here.
 */
export function createEtcdClient(
  options: IOptions,
  login: Required<IAuthenticateRequest> | undefined,
): EtcdClient {
  const library = new Library(options)
  let token: Promise<string> | undefined

  async function fetchToken(account: Required<IAuthenticateRequest>): Promise<string> {
    const deadline = Date.now() + LOGIN_WITHIN
    return (await library.auth.authenticate(account, { deadline })).token
  }

  async function withNewToken<Answer>(attempt: () => Promise<Answer>): Promise<Answer> {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof EtcdInvalidAuthTokenError)) throw error
      // Tokens end when they are not used for some minutes. Nothing has been carried out.
      token = undefined
      return attempt()
    }
  }

  const authorized: ICallable<unknown> = {
    callOptionsFactory: undefined,
    exec: (service, method, request, callOptions) =>
      withNewToken(() =>
        authorized.withConnection(service, ({ client, metadata }) =>
          unaryCall(client, method, [request, metadata, callOptions ?? {}]),
        ),
      ),
    async withConnection(service, use) {
      if (login === undefined) return library.calls.withConnection(service, use)
      token ??= fetchToken(login)
      const sent = await token.catch((error: unknown) => {
        token = undefined
        throw error
      })
      return library.calls.withConnection(service, (connection) => {
        connection.metadata.set("token", sent)
        return use(connection)
      })
    },
    markFailed: (member, error) => library.calls.markFailed(member, error),
  }

  return {
    kv: new KVClient(authorized),
    leases: new LeaseClient(authorized),
    watches: new WatchClient(authorized),
    close: () => library.close(),
  }
}

class Library extends Etcd3 {
  get calls(): ICallable<unknown> {
    return this.pool
  }
}

/** The methods of a gRPC client are made at run time, of the protocol's description. */
function unaryCall<Answer>(client: object, name: string, request: readonly unknown[]): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const method: unknown = Reflect.get(client, name)
  if (typeof method !== "function") throw new Error(`etcd3 has no method ${name}`)
  const answered = (error: Error | null, answer: Answer) => (error === null ? resolve(answer) : reject(error))
  Reflect.apply(method, client, [...request, answered])
  return promise
}
