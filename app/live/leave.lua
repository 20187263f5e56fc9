-- Out of the queue; the phone that was held is free. A promised place stays.
-- ARGV  call
local w = read_waiter(ARGV[3])
if w and w.number == '-' then
  remove(ARGV[3], w)
  match()
end
