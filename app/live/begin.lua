-- Counts a call in, unless its company has as many as it may.
-- ARGV  call, limit (0 for none)
-- Returns 1 when it may begin.
local calls, id, limit = P .. 'calls', ARGV[3], tonumber(ARGV[4])
local before = call('HGET', calls, id)
if not before and limit > 0 and call('HLEN', calls) >= limit then return 0 end
if before and before ~= me then held(before, 'call', id, 'SREM') end
call('HSET', calls, id, me)
call('EXPIRE', calls, DAY)
held(me, 'call', id, 'SADD')
return 1
