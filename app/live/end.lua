-- Counts a call out, unless another controller has taken it over.
-- ARGV  call
local owner = call('HGET', P .. 'calls', ARGV[3])
if owner == me then
  call('HDEL', P .. 'calls', ARGV[3])
  held(owner, 'call', ARGV[3], 'SREM')
end
