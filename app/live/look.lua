-- How a caller stands in his queue; the controller that asks takes him over.
-- ARGV  call
-- Returns nothing when he is in none, else the phone that is held ("" if none), place, estimated wait in s (-1 unknown)
-- and 1 unless all phones of the queue are off.
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
if w.phone ~= '-' then return { w.phone, 0, -1, 1 } end

local members = P .. 'members:' .. w.queue
local on_duty = call('ZCARD', members)
local signed_in = on_duty
local states = call('HGETALL', P .. 'states')
for at = 1, #states, 2 do
  local state = string.match(states[at + 1], '%S+')
  local passing = state == 'wrap_up' or state == 'rest'
  if not passing and call('ZSCORE', members, states[at]) then
    on_duty = on_duty - 1
    if state == 'offline' then signed_in = signed_in - 1 end
  end
end
local place, staffed = place_of(id, w), signed_in > 0 and 1 or 0
local service = tonumber(call('HGET', P .. 'plan:' .. w.queue, 'service_ms') or '0')
if service == 0 or on_duty == 0 or place == 0 then return { '', place, -1, staffed } end
return { '', place, math.ceil(service * place / (on_duty * 1000)), staffed }
