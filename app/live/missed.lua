-- Counts an offer of a queue that was not answered: the phone rests; one too many in a row and it is off.
-- ARGV  phone
-- Returns 1 when it is off now.
local phone = ARGV[3]
local lease = read_lease(phone)
local found = call('HMGET', P .. 'plan:' .. (lease and lease.queue or '-'), 'max_misses', 'rest_ms')
if not found[1] then return 0 end
local most, rest = tonumber(found[1]), tonumber(found[2])
local count = call('HINCRBY', P .. 'missed', phone, 1)
call('EXPIRE', P .. 'missed', QUARTER)
if most > 0 and count >= most then
  set_agent(phone, 'offline', '0')
  match()
  return 1
end
if rest > 0 and call('HEXISTS', P .. 'states', phone) == 0 then
  set_agent(phone, 'rest', whole(now + rest * 1000))
end
return 0
