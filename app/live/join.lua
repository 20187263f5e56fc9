-- Enters a queue. Who is in it already keeps his place, who is in another leaves that.
-- ARGV  call, priority, whose it is, the queue's plan (_plans.lua)
-- Returns place (0 when full) and score.
local id, priority, plan = ARGV[3], tonumber(ARGV[4]), read_plan(6)
register(plan)
introduce(id, ARGV[5])
local w = read_waiter(id)
if w and w.queue ~= plan.id then
  remove(id, w)
  w = nil
end
if w then
  own_waiter(id, w, me)
  if w.phone == '-' and w.number == '-' then line_up(id, w) end
elseif plan.max_size > 0 and call('ZCARD', P .. 'waiting:' .. plan.id) >= plan.max_size then
  match()
  return { 0, '0' }
else
  local last = PRIORITIES - 1
  local score = (last - math.min(math.max(priority, 0), last)) * SPAN + math.floor((now - EPOCH) / 10)
  w = { queue = plan.id, score = whole(score), owner = me, phone = '-', number = '-', tries = 0 }
  write_waiter(id, w)
  line_up(id, w)
end
local place = math.max(1, place_of(id, w))
match()
return { place, w.score }
