-- What a dead controller held is free; the call-backs that it owed are those of the controller that asks.
-- ARGV  the dead controller, "wait X", "call X" or "phone X"…
local dead = ARGV[3]
local alive_until = call('ZSCORE', CONTROLLERS, dead)
if alive_until and tonumber(alive_until) > now then return end

local gone = {
  wait = function(id)
    local w = read_waiter(id)
    if not w or w.owner ~= dead then return end
    if w.number ~= '-' then own_waiter(id, w, me) else detach(id, w) end
  end,
  phone = function(phone)
    local lease = read_lease(phone)
    if not lease or lease.owner ~= dead then return end
    local w = read_waiter(lease.call)
    drop(phone, lease)
    if w and w.phone == phone then line_up(lease.call, w) end
  end,
  call = function(id)
    if call('HGET', P .. 'calls', id) == dead then call('HDEL', P .. 'calls', id) end
  end,
}
for at = 4, #ARGV do
  local kind, name = string.match(ARGV[at], '(%S+) (%S+)')
  gone[kind](name)
  held(dead, kind, name, 'SREM')
end
match()
