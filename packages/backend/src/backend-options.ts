import { option } from "@canal/command-line"
import { z } from "zod"

/** The options of a command that name a backend, for its table of options. */
export const backendOptions: {
  readonly zk: z.ZodOptional<z.ZodString>
  readonly etcd: z.ZodOptional<z.ZodString>
  readonly redis: z.ZodOptional<z.ZodString>
  readonly "coordination-password": z.ZodOptional<z.ZodString>
  readonly "coordination-ca": z.ZodOptional<z.ZodString>
} = {
  zk: option(
    text(),
    "HOSTS",
    "the ZooKeeper at which servers and clients meet: [tls://][USER:PW@]H1:2181,H2:2181[/CHROOT]",
  ),
  etcd: option(text(), "HOSTS", "or the etcd: [https://][USER:PW@]H1:2379,H2:2379[/PREFIX]"),
  redis: option(
    text(),
    "URL",
    "or the Redis: redis[s]://[USER:PW@]HOST:PORT[/DB], or redis[s]+sentinel://[USER:PW@]H1:26379,H2:26379/MASTER",
  ),
  "coordination-password": option(
    z.string().optional(),
    "P",
    "the password there, where --zk, --etcd or --redis has none",
    "CANAL_COORDINATION_PASSWORD",
  ),
  "coordination-ca": option(
    z.string().optional(),
    "FILE",
    "the certificate authority for TLS to ZooKeeper, etcd or Redis, as PEM",
  ),
}

function text(): z.ZodOptional<z.ZodString> {
  return z.string().min(1, "is empty").optional()
}
