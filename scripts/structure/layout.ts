/** A workspace package: which others its product code may import, and its rooms in flow order. */
export interface PackageLayout {
  readonly dependsOn: readonly string[]
  /**
   * Folders and files directly below `src`. A file imports from its own room and those before it. Absent: a package
   * of one room.
   */
  readonly rooms?: readonly string[]
}

/**
 * The drawing that the check holds the code to. `testing` is for tests alone, wherever it stands; apps may import every
 * public package, and one that is not here may not exist.
 */
export const layout: Readonly<Record<string, PackageLayout>> = {
  "@canal/binlog-protocol": {
    dependsOn: [],
    rooms: flow("errors bytes packet position value event rows decoder replica file"),
  },
  "@canal/parser": {
    dependsOn: ["@canal/binlog-protocol"],
    rooms: flow("errors notices table change ddl filter source schema rows transaction locate follow parser"),
  },
  "@canal/protocol": {
    dependsOn: [],
    rooms: flow("errors wire frame scramble entry packet flat-message"),
  },
  "@canal/coordination": {
    dependsOn: [],
    rooms: flow("coordinator layout notices latest session recipes drivers"),
  },
  "@canal/cursor-store": {
    dependsOn: ["@canal/binlog-protocol", "@canal/coordination"],
    rooms: flow(
      "cursor cursor-json cursor-store notices client-table memory process-lock replace-file write-behind file coordinated",
    ),
  },
  "@canal/server": {
    dependsOn: [
      "@canal/binlog-protocol",
      "@canal/parser",
      "@canal/protocol",
      "@canal/cursor-store",
      "@canal/coordination",
    ],
    rooms: flow("errors notices encode store delivery instance destination listener server"),
  },
  "@canal/client": {
    dependsOn: ["@canal/protocol", "@canal/coordination"],
    rooms: flow("errors notices locate connection decode acknowledged batch active-client client"),
  },
  "@canal/command-line": { dependsOn: [], rooms: flow("nearest arguments help one-line run") },
  "@canal/backend": {
    dependsOn: ["@canal/command-line", "@canal/coordination"],
    rooms: flow(
      "backend-options secrets place-text zookeeper-text etcd-text redis-text load-driver open-backend",
    ),
  },
  "@canal/testbed": {
    dependsOn: [],
    rooms: flow(
      "error-code progress process network cache debian certificate database redis etcd zookeeper workload",
    ),
  },
}

/** Names that say nothing about what lies in the folder. */
export const emptyNames: readonly string[] = [
  "utils",
  "util",
  "common",
  "helpers",
  "helper",
  "types",
  "misc",
  "shared",
]

function flow(rooms: string): readonly string[] {
  return rooms.split(" ")
}
