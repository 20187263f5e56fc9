-- A call-back did not reach the caller: the phone is free, and after a pause he is in the line again.
-- ARGV  call, pause in µs
-- Returns the tries that are left, 0 when it is given up.
local id = ARGV[3]
local w = read_waiter(id)
if not w or w.number == '-' then return 0 end
free_held(id, w)
call('ZREM', P .. 'waiting:' .. w.queue, id)
w.tries = w.tries - 1
if w.tries > 0 then
  write_waiter(id, w)
  call('ZADD', DUE, whole(now + tonumber(ARGV[4])), company .. ' call ' .. id)
else
  remove(id, w)
end
match()
return math.max(0, w.tries)
