-- Keeps the place without the caller: his number is rung when his turn comes.
-- ARGV  call, number, tries, how many the company may have promised
-- Returns 1 when it is promised.
local id = ARGV[3]
local w = read_waiter(id)
if not w or call('SCARD', P .. 'promised') >= tonumber(ARGV[6]) then return 0 end
free_held(id, w)
w.number, w.tries = ARGV[4], tonumber(ARGV[5])
own_waiter(id, w, me)
call('SADD', P .. 'promised', id)
call('EXPIRE', P .. 'promised', DAY)
line_up(id, w)
match()
return 1
