-- Counts a call out.
-- ARGV  call
local owner = call('HGET', P .. 'calls', ARGV[3])
if owner then
  call('HDEL', P .. 'calls', ARGV[3])
  held(owner, 'call', ARGV[3], 'SREM')
end
