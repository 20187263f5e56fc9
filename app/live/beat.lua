-- A controller is alive. Tells what there is to do for whoever has time.
-- KEYS  the controllers, what is due, what this controller holds
-- ARGV  now in µs (0: this server's clock), the controller, how long it counts as alive in µs, how much to tell at most,
--       what its last beat returned
-- Returns until when it counts as alive, whether it did since its last beat, controllers that are dead, what is due.
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end
local text = string.format('%.0f', now)
local before = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[2]) or '0')
local known = before > now and before == tonumber(ARGV[5]) and 1 or 0
local alive_until = string.format('%.0f', now + tonumber(ARGV[3]))
redis.call('ZADD', KEYS[1], alive_until, ARGV[2])
for _, key in ipairs(KEYS) do
  redis.call('EXPIRE', key, 86400)
end
return {
  alive_until,
  known,
  redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text, 'LIMIT', 0, ARGV[4]),
  redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', text, 'LIMIT', 0, ARGV[4]),
}
