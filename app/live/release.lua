-- Gives back those of the phones that the call of this controller has; another may have taken the call over.
-- ARGV  call, phones…
for at = 4, #ARGV do
  local lease = read_lease(ARGV[at])
  if lease and lease.call == ARGV[3] and lease.owner == me then drop(ARGV[at], lease) end
end
match()
