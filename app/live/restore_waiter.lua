-- A controller that was cut off says again how a caller of its waits; its phone has been restored before.
-- ARGV  call, score, phone, number, tries, when he is lined up ("now", "later" or µs), the queue's plan (_plans.lua)
local id, phone, lined, plan = ARGV[3], ARGV[5], ARGV[8], read_plan(9)
register(plan)
local before = read_waiter(id)
if before then
  if before.phone ~= phone then free_held(id, before) end
  detach(id, before)
end
local lease = phone ~= '-' and read_lease(phone)
if not lease or lease.call ~= id then phone = '-' end
local w = { queue = plan.id, score = ARGV[4], owner = me, phone = phone, number = ARGV[6], tries = ARGV[7] }
write_waiter(id, w)
if w.number ~= '-' then
  call('SADD', P .. 'promised', id)
  call('EXPIRE', P .. 'promised', DAY)
end
if lined == 'now' then
  line_up(id, w)
elseif lined ~= 'later' then
  call('ZADD', DUE, lined, company .. ' call ' .. id)
end
match()
