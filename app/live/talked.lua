-- A phone's conversation is over: idle since, wrap-up if a queue gave it the call, the caller's last phone.
-- ARGV  phone, ended in µs, key of the caller's last phone ("" for who withheld his number)
local phone, ended = ARGV[3], tonumber(ARGV[4])
call('HSET', P .. 'idle', phone, whole(math.floor(ended / 1000)))
call('EXPIRE', P .. 'idle', QUARTER)
call('HDEL', P .. 'missed', phone)
if ARGV[5] ~= '' then call('SET', ARGV[5], phone .. ' ' .. ARGV[4], 'EX', QUARTER) end
local lease = read_lease(phone)
local plan = P .. 'plan:' .. (lease and lease.queue or '-')
local wrap_up = tonumber(call('HGET', plan, 'wrap_up_ms') or '-1')
if wrap_up >= 0 then
  local busy = math.floor(math.max(0, now - lease.since) / 1000) + wrap_up
  local before = tonumber(call('HGET', plan, 'service_ms') or '0')
  call('HSET', plan, 'service_ms', whole(before > 0 and math.floor((4 * before + busy) / 5) or busy))
  if wrap_up > 0 and call('HEXISTS', P .. 'states', phone) == 0 then
    set_agent(phone, 'wrap_up', whole(ended + wrap_up * 1000))
  end
end
refresh(phone)
match()
