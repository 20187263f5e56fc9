-- Puts a number's snapshot in force, unless a newer one is already, and tells all processes.
-- KEYS  the revisions, the snapshot
-- ARGV  number, revision, text, channel
-- Returns 1 when it is in force now, 0 when a newer one is.
local current = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if tonumber(ARGV[2]) < current then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('SET', KEYS[2], ARGV[3])
redis.call('PUBLISH', ARGV[4], ARGV[1])
return 1
