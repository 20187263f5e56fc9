-- A controller that was cut off says again what phone a call of its has.
-- ARGV  phone, call, queue, since in µs
-- Returns 1 when the phone is the call's, 0 when another call has it by now.
local phone, id = ARGV[3], ARGV[4]
local lease = read_lease(phone)
if lease and lease.call ~= id then return 0 end
if lease then
  own_lease(phone, lease, me)
else
  take(phone, { call = id, owner = me, queue = ARGV[5], since = tonumber(ARGV[6]) })
end
return 1
