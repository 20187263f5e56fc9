-- Takes phones for a call. Those that it has already count as taken.
-- ARGV  call, whose it is, phones…
-- Returns the phones taken.
local taken = {}
for at = 5, #ARGV do
  local phone = ARGV[at]
  local lease = read_lease(phone)
  if not lease then
    take(phone, { call = ARGV[3], owner = me, queue = '-', since = now })
    taken[#taken + 1] = phone
  elseif lease.call == ARGV[3] then
    own_lease(phone, lease, me)
    taken[#taken + 1] = phone
  end
end
introduce(ARGV[3], ARGV[4])
return taken
