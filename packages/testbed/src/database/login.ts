/** Name and password of a database account. */
export interface Login {
  readonly user: string
  readonly password: string
}

/** May do everything. */
export const ADMIN: Login = { user: "admin", password: "admin" }

/** May do what Canal needs: read any table and the binlog. */
export const REPLICATION: Login = { user: "canal", password: "canal" }
