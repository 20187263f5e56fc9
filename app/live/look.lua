-- How a caller stands in his queue; the controller that asks takes him over.
-- ARGV  call
-- Returns nothing when he is in none, else the phone that is held ("" if none), place and estimated wait in s (-1 unknown).
local id = ARGV[3]
local w = read_waiter(id)
if not w then return nil end
own_waiter(id, w, me)
if w.phone ~= '-' then
  own_lease(w.phone, read_lease(w.phone), me)
elseif w.number == '-' then
  line_up(id, w)
  match()
  w = read_waiter(id)
end
if w.phone ~= '-' then return { w.phone, 0, -1 } end

local members = P .. 'members:' .. w.queue
local on_duty = call('ZCARD', members)
local states = call('HGETALL', P .. 'states')
for at = 1, #states, 2 do
  if not string.find(states[at + 1], '^wrap_up') and call('ZSCORE', members, states[at]) then on_duty = on_duty - 1 end
end
local place = place_of(id, w)
local service = tonumber(call('HGET', P .. 'plan:' .. w.queue, 'service_ms') or '0')
if service == 0 or on_duty == 0 or place == 0 then return { '', place, -1 } end
return { '', place, math.ceil(service * place / (on_duty * 1000)) }
