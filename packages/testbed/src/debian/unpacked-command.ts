import { readdirSync } from "node:fs"
import { join } from "node:path"

/**
 * How a program of unpacked packages is run: by the packages' own loader and libraries, libc too, since the machine's
 * may be older.
 * @param root what `unpackedPackages` returned
 * @param program path below it, such as `usr/bin/etcd`
 */
export function unpackedCommand(root: string, program: string): readonly string[] {
  const folders = libraryFolders(root)
  const loader = folders
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .find((path) => /\/ld-linux[^/]*\.so\.\d+$/.test(path))
  if (loader === undefined) throw new Error(`${root} holds no program loader: remove it and try again`)
  return [loader, "--library-path", folders.join(":"), join(root, program)]
}

/** Packages of older releases put some libraries into /lib, which in their time was a folder of its own. */
function libraryFolders(root: string): readonly string[] {
  return ["usr/lib", "lib"]
    .map((folder) => join(root, folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((folder) => folder.endsWith("-linux-gnu"))
}
