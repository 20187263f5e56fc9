-- Counts an offer that was not answered; one too many in a row and the phone is off.
-- ARGV  phone, how many are too many
-- Returns 1 when it is off now.
local count = call('HINCRBY', P .. 'missed', ARGV[3], 1)
call('EXPIRE', P .. 'missed', QUARTER)
if count < tonumber(ARGV[4]) then return 0 end
set_agent(ARGV[3], 'offline', '0')
match()
return 1
