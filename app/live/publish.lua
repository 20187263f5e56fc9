-- Puts a number's snapshot in force, unless a newer one is already, and tells all processes. The one before is kept for
-- the calls that began on it: they may have to go on at another controller.
-- KEYS  the revisions, the snapshot, the prefix of former ones
-- ARGV  number, revision, text, channel, seconds to keep the former one
-- Returns 1 when it is in force now, 0 when a newer one is.
local current = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
local revision = tonumber(ARGV[2])
if revision < current then
  return 0
end
local former = redis.call('GET', KEYS[2])
if former and revision > current then
  redis.call('SET', KEYS[3] .. string.format('%.0f', current), former, 'EX', ARGV[5])
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('SET', KEYS[2], ARGV[3])
redis.call('PUBLISH', ARGV[4], ARGV[1])
return 1
