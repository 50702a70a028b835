export {
  type DatabaseOptions,
  type DatabaseServer,
  type Row,
  startDatabase,
  startMariadb,
  startMysql,
} from "./database/database-server.ts"
export type { Login } from "./database/login.ts"
export type { Flavor } from "./database/program.ts"
export { freePort } from "./network/free-port.ts"
export { createScratchFolder, type ScratchFolder } from "./process/scratch-folder.ts"
export { type Progress, progressOnStderr } from "./progress.ts"
