-- A call-back reached the caller: the phone is held for his new call, the promise is kept.
-- ARGV  call, new call
-- Returns the phone, nothing when it is gone.
local w = read_waiter(ARGV[3])
if not w or w.phone == '-' then return nil end
local phone = w.phone
local lease = read_lease(phone)
lease.call = ARGV[4]
own_lease(phone, lease, me)
detach(ARGV[3], w)
return phone
