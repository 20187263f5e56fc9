-- Takes phones for a call. Those that it has already count as taken.
-- ARGV  call, whose it is, how many phones may be rung in a minute (0: not to be rung, or no limit), phones…
-- Returns the phones taken; nothing when so many were rung in this minute that not all of these may be.
local id, limit, mine, taken = ARGV[3], tonumber(ARGV[5]), {}, {}
for at = 6, #ARGV do
  local lease = read_lease(ARGV[at])
  if not lease or lease.call == id then
    mine[#mine + 1] = lease or false
    taken[#taken + 1] = ARGV[at]
  end
end
introduce(id, ARGV[4])
if not may_ring(#taken, limit) then return false end
for at, phone in ipairs(taken) do
  if mine[at] then
    own_lease(phone, mine[at], me)
  else
    take(phone, { call = id, owner = me, queue = '-', since = now })
  end
end
return taken
