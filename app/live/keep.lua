-- Keeps the state of a call that is too long for its channel.
-- KEYS  its name
-- ARGV  the state, for how many seconds
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
