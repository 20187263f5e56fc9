-- Gives back those of the phones that the call has.
-- ARGV  call, phones…
for at = 4, #ARGV do
  local lease = read_lease(ARGV[at])
  if lease and lease.call == ARGV[3] then drop(ARGV[at], lease) end
end
match()
