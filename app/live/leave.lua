-- Out of the queue; the phone that was held is free, a promised place stays. So does that of a caller whom another
-- controller has taken over.
-- ARGV  call, "keep phone" when it is not to be free, "give up" when the place is not to stay, else ""
local id, how = ARGV[3], ARGV[4]
local w = read_waiter(id)
if not w or w.owner ~= me or (w.number ~= '-' and how ~= 'give up') then return end
if how == 'keep phone' then
  detach(id, w)
else
  remove(id, w)
  match()
end
