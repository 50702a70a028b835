import { createHash } from "node:crypto"

/**
 * A script that Redis runs as one step. Arguments: the prefix of all keys, the session, the connection's generation, and
 * the script's own. Answers a list of strings, of which the first says how it went:
 * - `OK`, followed by what was asked for
 * - `LOST`: the session is over
 * - `STALE`: a later connection of the session has been heard of, so this is a request of the past
 * - `CONFLICT`, revision: the node is in another state
 * - `EPHEMERAL`, path: a node that ends with a session can have none below it
 */
export interface Script {
  readonly text: string
  /** The hash that Redis knows it by. */
  readonly hash: string
}

/*
 * Keys, after the prefix:
 *   session:ID     the generation of the session's latest connection; ends when nothing is heard of it
 *   owned:ID       set of the paths of its ephemeral nodes
 *   node:PATH      hash of data, revision and, of an ephemeral node, owner; that one ends with its session's key
 *   children:PATH  set of names, of nodes that ended too until somebody reads it
 * Channel changed:PATH has an empty message for each change that somebody made.
 */
const PRELUDE = `
local prefix, session, generation = ARGV[1], ARGV[2], tonumber(ARGV[3])
local function key(kind, name) return prefix .. kind .. ":" .. name end
local function announce(path) redis.call("PUBLISH", key("changed", path), "") end
local function parent(path)
  local above = path:match("^(.*)/")
  return above == "" and "/" or above
end
local function name(path) return path:match("[^/]*$") end
local function below(path, child) return (path == "/" and "" or path) .. "/" .. child end
local function delete(path)
  local owner = redis.call("HGET", key("node", path), "owner")
  if owner then redis.call("SREM", key("owned", owner), path) end
  redis.call("SREM", key("children", parent(path)), name(path))
  if redis.call("DEL", key("node", path)) == 1 then announce(path) end
end
`

const ALIVE = `
local held = redis.call("GET", key("session", session))
if not held then return {"LOST"} end
if tonumber(held) > generation then return {"STALE"} end
if tonumber(held) < generation then redis.call("SET", key("session", session), ARGV[3], "KEEPTTL") end
`

const EXPECT = `
local path, expected = ARGV[4], ARGV[5]
local node = key("node", path)
local found = redis.call("HGET", node, "revision") or "absent"
if expected ~= "" and expected ~= "=" .. found then return {"CONFLICT", found} end
`

/** Begins a session. Argument: its timeout. */
export const BEGIN: Script = script(
  PRELUDE,
  `
redis.call("SET", key("session", session), ARGV[3], "PX", ARGV[4])
return {"OK"}
`,
)

/** Lets the session and its nodes live for another timeout. Argument: that. */
export const BEAT: Script = script(
  PRELUDE,
  ALIVE,
  `
redis.call("PEXPIRE", key("session", session), ARGV[4])
for _, path in ipairs(redis.call("SMEMBERS", key("owned", session))) do
  if redis.call("HGET", key("node", path), "owner") == session then
    redis.call("PEXPIRE", key("node", path), ARGV[4])
  else
    redis.call("SREM", key("owned", session), path)
  end
end
redis.call("PEXPIRE", key("owned", session), ARGV[4])
return {"OK"}
`,
)

/** Ends the session, and its nodes with it. */
export const END: Script = script(
  PRELUDE,
  ALIVE,
  `
for _, path in ipairs(redis.call("SMEMBERS", key("owned", session))) do
  if redis.call("HGET", key("node", path), "owner") == session then delete(path) end
end
redis.call("DEL", key("owned", session), key("session", session))
return {"OK"}
`,
)

/** Argument: path. Answers nothing more, or data, revision, owner or nothing, and milliseconds left or less than 0. */
export const GET: Script = script(
  PRELUDE,
  ALIVE,
  `
local node = key("node", ARGV[4])
local data, revision, owner = unpack(redis.call("HMGET", node, "data", "revision", "owner"))
if not revision then return {"OK"} end
return {"OK", data, revision, owner or "", tostring(redis.call("PTTL", node))}
`,
)

/** Argument: path. Answers the names. */
export const CHILDREN: Script = script(
  PRELUDE,
  ALIVE,
  `
local answer = {"OK"}
for _, child in ipairs(redis.call("SMEMBERS", key("children", ARGV[4]))) do
  if redis.call("EXISTS", key("node", below(ARGV[4], child))) == 1 then
    answer[#answer + 1] = child
  else
    redis.call("SREM", key("children", ARGV[4]), child)
  end
end
return answer
`,
)

/**
 * Arguments: path, `=` and the expected revision or nothing, data, the new revision, `ephemeral` or nothing. Answers the
 * owner or nothing.
 */
export const PUT: Script = script(
  PRELUDE,
  ALIVE,
  EXPECT,
  `
local data, revision = ARGV[6], ARGV[7]
local function write(at, text)
  redis.call("HSET", key("node", at), "data", text, "revision", revision)
  redis.call("SADD", key("children", parent(at)), name(at))
  announce(at)
end
local missing, above = {}, parent(path)
while above ~= "/" and redis.call("EXISTS", key("node", above)) == 0 do
  missing[#missing + 1] = above
  above = parent(above)
end
if redis.call("HEXISTS", key("node", above), "owner") == 1 then return {"EPHEMERAL", above} end
for n = #missing, 1, -1 do write(missing[n], "") end
write(path, data)
if found == "absent" and ARGV[8] == "ephemeral" then
  local left = redis.call("PTTL", key("session", session))
  redis.call("HSET", node, "owner", session)
  redis.call("PEXPIRE", node, left)
  redis.call("SADD", key("owned", session), path)
  redis.call("PEXPIRE", key("owned", session), left)
end
return {"OK", redis.call("HGET", node, "owner") or ""}
`,
)

/** Arguments: path, `=` and the expected revision or nothing. */
export const REMOVE: Script = script(
  PRELUDE,
  ALIVE,
  EXPECT,
  `
local function prune(at)
  for _, child in ipairs(redis.call("SMEMBERS", key("children", at))) do prune(below(at, child)) end
  delete(at)
end
prune(path)
return {"OK"}
`,
)

function script(...parts: readonly string[]): Script {
  const text = parts.join("")
  return { text, hash: createHash("sha1").update(text).digest("hex") }
}
